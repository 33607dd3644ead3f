//! A progress bar on standard error. Where that is no terminal, nothing is drawn: a log file wants no bars.

use std::io::{IsTerminal, Write, stderr};
use std::time::{Duration, Instant};

const WIDTH: usize = 40;
/// Redrawing more often than this only costs time.
const REDRAW: Duration = Duration::from_millis(50);

/// How far a task with a known number of steps has come.
pub struct Progress {
    done: usize,
    total: usize,
    drawn: Option<Instant>,
    visible: bool,
    started: Instant,
}

impl Progress {
    /// A bar for `total` steps.
    pub fn new(total: usize) -> Self {
        Self { done: 0, total, drawn: None, visible: stderr().is_terminal(), started: Instant::now() }
    }

    /// One more step is done.
    pub fn advance(&mut self) {
        self.done += 1;
        if self.visible && self.drawn.is_none_or(|drawn| drawn.elapsed() >= REDRAW) {
            self.drawn = Some(Instant::now());
            draw(&line(self.done, self.total, self.started.elapsed()));
        }
    }

    /// Takes the bar away, so that a line can be printed in its place.
    pub fn clear(&mut self) {
        if self.visible && self.drawn.take().is_some() {
            draw("");
        }
    }
}

/// Replaces the terminal's current line. A bar that can't be drawn isn't worth ending the training for.
fn draw(text: &str) {
    let mut terminal = stderr().lock();
    let _ = write!(terminal, "\r\x1b[2K{text}").and_then(|()| terminal.flush());
}

/// The bar's text, such as `[####....]  50 %  1 s left`.
pub fn line(done: usize, total: usize, elapsed: Duration) -> String {
    let total = total.max(1);
    let done = done.min(total);
    let filled = WIDTH * done / total;
    let left = elapsed.mul_f64(ratio(total - done, done.max(1)));
    format!(
        "[{}{}] {:>3} %  {:.0} s left",
        "#".repeat(filled),
        ".".repeat(WIDTH - filled),
        100 * done / total,
        left.as_secs_f64()
    )
}

#[expect(clippy::cast_precision_loss, reason = "step counts fit a double exactly")]
fn ratio(a: usize, b: usize) -> f64 {
    a as f64 / b as f64
}
