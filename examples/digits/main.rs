//! Trains a small network to read handwritten digits.
//!
//! ```text
//! cargo run --release --example digits
//! cargo run --release --example digits -- --plot curve.svg --save digits.model
//! cargo run --release --example digits -- --load digits.model
//! ```

mod augment;
mod data;
mod model;
mod options;
mod plot;
mod progress;
mod random;
#[cfg(test)]
mod tests;
mod train;

use std::fs::OpenOptions;
use std::io::{Write, stdout};
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use data::Digits;
use grad_runtime::checkpoint;
use model::Network;
use options::Options;
use progress::Progress;
use train::{Epoch, Training};

fn main() -> ExitCode {
    match options::parse(std::env::args().skip(1)).and_then(|options| run(&options)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::from(2)
        }
    }
}

fn run(options: &Options) -> Result<(), String> {
    if options.help {
        return say(options::HELP.trim_end());
    }
    let digits = data::load(&options.data)?;
    if let Some(path) = &options.load {
        return measure(&digits, path);
    }
    for path in options.plot.iter().chain(&options.save) {
        check_writable(path)?;
    }
    let (network, epochs) = train(&digits, options)?;
    if let Some(path) = &options.plot {
        std::fs::write(path, plot::learning_curve(&epochs)).map_err(|error| at(path, &error))?;
        say(&format!("learning curve: {}", path.display()))?;
    }
    if let Some(path) = &options.save {
        checkpoint::save(path, &network).map_err(|error| at(path, &error))?;
        say(&format!("network: {}", path.display()))?;
    }
    Ok(())
}

/// How well a network from a file does.
fn measure(digits: &Digits, path: &Path) -> Result<(), String> {
    let network: Network = checkpoint::load(path).map_err(|error| at(path, &error))?;
    let (loss, accuracy) = train::evaluate(&network, &digits.test);
    say(&format!("test loss {loss:.4}, accuracy {:.1} %", 100.0 * accuracy))
}

/// An error with the file that it is about.
fn at(path: &Path, error: &dyn std::fmt::Display) -> String {
    format!("{}: {error}", path.display())
}

/// Prints a line; a reader that has gone away or a full disk is an error like others, and no panic.
fn say(line: &str) -> Result<(), String> {
    writeln!(stdout(), "{line}").map_err(|error| format!("standard output: {error}"))
}

/// Finds out before the training, not after it, that a file can't be written. What is in the file stays.
fn check_writable(path: &Path) -> Result<(), String> {
    let opened = OpenOptions::new().append(true).create(true).open(path);
    opened.map(drop).map_err(|error| at(path, &error))
}

/// Trains and reports every epoch.
fn train(digits: &Digits, options: &Options) -> Result<(Network, Vec<Epoch>), String> {
    let started = Instant::now();
    let mut training = Training::new(digits, options.epochs, options.seed);
    let mut progress = Progress::new(training.steps());
    say(&format!("{} images to train on, {} to test on", digits.train.len(), digits.test.len()))?;
    let mut epochs = Vec::new();
    for number in 1..=options.epochs {
        let epoch = training.epoch(|| progress.advance()).map_err(|error| error.to_string())?;
        progress.clear();
        say(&report(number, options.epochs, &epoch))?;
        epochs.push(epoch);
    }
    if let Some(last) = epochs.last() {
        let seconds = started.elapsed().as_secs_f64();
        say(&format!("test accuracy {:.1} % after {seconds:.1} s", 100.0 * last.test_accuracy))?;
    }
    Ok((training.network, epochs))
}

fn report(number: usize, of: usize, epoch: &Epoch) -> String {
    format!(
        "epoch {number:>3}/{of}   loss {:.4} (test {:.4})   accuracy {:5.1} % (test {:5.1} %)",
        epoch.train_loss,
        epoch.test_loss,
        100.0 * epoch.train_accuracy,
        100.0 * epoch.test_accuracy,
    )
}
