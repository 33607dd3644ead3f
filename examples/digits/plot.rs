//! Draws the learning curve as an SVG: the loss above, the accuracy below, over the epochs.

use std::fmt::Write;

use crate::train::Epoch;

const WIDTH: f64 = 760.0;
const HEIGHT: f64 = 640.0;
const LEFT: f64 = 80.0;
const RIGHT: f64 = 30.0;
const PANEL: f64 = 230.0;
const TRAIN: &str = "#1f6fb4";
const TEST: &str = "#c8442c";

/// One chart: a rectangle with axes, and two curves over the epochs.
struct Panel {
    /// Where its upper edge is, in pixels from the top.
    top: f64,
    title: &'static str,
    unit: &'static str,
    low: f64,
    high: f64,
    tick: f64,
    epochs: usize,
}

impl Panel {
    fn x(&self, epoch: usize) -> f64 {
        // The first epoch stands at the left edge; a single one in the middle of nothing stands there too.
        let span = number(self.epochs.saturating_sub(1).max(1));
        LEFT + (WIDTH - LEFT - RIGHT) * number(epoch - 1) / span
    }

    fn y(&self, value: f64) -> f64 {
        self.top + PANEL * (self.high - value) / (self.high - self.low)
    }

    /// Title, ticks with their labels, and the frame.
    fn frame(&self, svg: &mut String) {
        let Self { top, title, unit, .. } = self;
        text(
            svg,
            LEFT,
            top - 14.0,
            "start",
            &format!("<tspan font-weight=\"bold\">{title}</tspan> ({unit})"),
        );
        let steps = ((self.high - self.low) / self.tick).round();
        let mut step = 0.0;
        while step <= steps {
            let value = self.low + step * self.tick;
            let y = self.y(value);
            line(svg, (LEFT, y), (WIDTH - RIGHT, y), "#dddddd");
            text(svg, LEFT - 10.0, y + 4.5, "end", &trimmed(value));
            step += 1.0;
        }
        let bottom = top + PANEL;
        for epoch in (1..=self.epochs).filter(|epoch| self.labelled(*epoch)) {
            let x = self.x(epoch);
            line(svg, (x, bottom), (x, bottom + 6.0), "#333333");
            text(svg, x, bottom + 21.0, "middle", &epoch.to_string());
        }
        line(svg, (LEFT, *top), (LEFT, bottom), "#333333");
        line(svg, (LEFT, bottom), (WIDTH - RIGHT, bottom), "#333333");
    }

    /// At most about ten epochs get a label.
    fn labelled(&self, epoch: usize) -> bool {
        let every = nice_step(number(self.epochs), 10.0).max(1.0);
        epoch == 1 || number(epoch) % every == 0.0
    }

    /// One curve, with a dot at its end so that a single epoch can be seen too.
    fn curve(&self, svg: &mut String, colour: &str, values: &[f64]) {
        let points: Vec<String> = values
            .iter()
            .enumerate()
            .map(|(index, &value)| format!("{:.1},{:.1}", self.x(index + 1), self.y(value)))
            .collect();
        let path = points.join(" ");
        let _ = writeln!(
            svg,
            r#"<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2" stroke-linejoin="round"/>"#
        );
        if let Some(&last) = values.last() {
            let (x, y) = (self.x(values.len()), self.y(last));
            let _ = writeln!(svg, r#"<circle cx="{x:.1}" cy="{y:.1}" r="3.5" fill="{colour}"/>"#);
        }
    }
}

/// The picture of a training.
pub fn learning_curve(epochs: &[Epoch]) -> String {
    let column = |pick: fn(&Epoch) -> f64| -> Vec<f64> { epochs.iter().map(pick).collect() };
    let losses = [column(|e| e.train_loss), column(|e| e.test_loss)];
    let shares = [column(|e| 100.0 * e.train_accuracy), column(|e| 100.0 * e.test_accuracy)];
    let mut svg = String::new();
    let _ = writeln!(
        svg,
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" font-family="sans-serif" font-size="14" fill="#222222">
    <rect width="100%" height="100%" fill="white"/>"##
    );
    legend(&mut svg);
    draw(&mut svg, &loss_panel(epochs.len(), &losses), &losses);
    draw(&mut svg, &accuracy_panel(epochs.len(), &shares), &shares);
    text(&mut svg, f64::midpoint(LEFT, WIDTH - RIGHT), HEIGHT - 10.0, "middle", "epoch");
    svg.push_str("</svg>\n");
    svg
}

fn draw(svg: &mut String, panel: &Panel, curves: &[Vec<f64>; 2]) {
    panel.frame(svg);
    panel.curve(svg, TRAIN, &curves[0]);
    panel.curve(svg, TEST, &curves[1]);
}

fn loss_panel(epochs: usize, curves: &[Vec<f64>; 2]) -> Panel {
    let highest = curves.iter().flatten().copied().fold(0.0, f64::max);
    let tick = nice_step(highest, 5.0);
    let high = (highest / tick).ceil() * tick;
    Panel { top: 70.0, title: "Loss", unit: "mean cross-entropy, nats", low: 0.0, high, tick, epochs }
}

fn accuracy_panel(epochs: usize, curves: &[Vec<f64>; 2]) -> Panel {
    let lowest = curves.iter().flatten().copied().fold(100.0, f64::min);
    let tick = nice_step(100.0 - lowest, 5.0);
    let low = 100.0 - ((100.0 - lowest) / tick).ceil().max(1.0) * tick;
    Panel { top: 360.0, title: "Accuracy", unit: "images told right, %", low, high: 100.0, tick, epochs }
}

/// The smallest of 1, 2 and 5 times a power of ten that divides `span` into at most `parts` steps.
fn nice_step(span: f64, parts: f64) -> f64 {
    let least = (span / parts).max(1e-9);
    let power = 10_f64.powf(least.log10().floor());
    let nice = [1.0, 2.0, 5.0].into_iter().find(|nice| nice * power >= least);
    nice.unwrap_or(10.0) * power
}

/// The names of the curves, in their colours.
fn legend(svg: &mut String) {
    for (x, colour, name) in [(WIDTH - 300.0, TRAIN, "training set"), (WIDTH - 150.0, TEST, "test set")] {
        let _ = writeln!(
            svg,
            r#"<line x1="{x}" y1="24" x2="{}" y2="24" stroke="{colour}" stroke-width="3"/>"#,
            x + 26.0
        );
        text(svg, x + 33.0, 29.0, "start", name);
    }
}

fn line(svg: &mut String, (x1, y1): (f64, f64), (x2, y2): (f64, f64), colour: &str) {
    let _ = writeln!(
        svg,
        r#"<line x1="{x1:.1}" y1="{y1:.1}" x2="{x2:.1}" y2="{y2:.1}" stroke="{colour}" stroke-width="1"/>"#
    );
}

fn text(svg: &mut String, x: f64, y: f64, anchor: &str, content: &str) {
    let _ = writeln!(svg, r#"<text x="{x:.1}" y="{y:.1}" text-anchor="{anchor}">{content}</text>"#);
}

/// A tick's number without the digits that rounding left behind.
fn trimmed(value: f64) -> String {
    let text = format!("{value:.4}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[expect(clippy::cast_precision_loss, reason = "epoch counts fit a double exactly")]
fn number(n: usize) -> f64 {
    n as f64
}
