//! What the example promises: damage is found where it is, the gradient is right, and the digits are read.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use grad_runtime::checkpoint;
use grad_runtime::prelude::*;

use crate::data::{self, Damage, Digits, TEST, TRAIN};
use crate::model::Network;
use crate::options::{self, Options};
use crate::random::Random;
use crate::train::{Epoch, Training};
use crate::{plot, progress};

fn digits() -> Digits {
    data::load(&Options::default().data).expect("the file beside the example is whole")
}

/// A whole file of blank images, one of whose lines is replaced.
fn file_with(line: usize, text: &str) -> String {
    (1..=TRAIN + TEST).fold(String::new(), |mut file, number| {
        let blank = format!("{}3", "0,".repeat(64));
        let _ = writeln!(file, "{}", if number == line { text } else { &blank });
        file
    })
}

fn damage(bytes: &[u8]) -> Damage {
    data::parse(bytes).expect_err("the file is damaged")
}

fn message(arguments: &[&str]) -> String {
    options::parse(arguments.iter().map(|&argument| argument.to_owned()))
        .expect_err("the arguments are wrong")
}

/// A place for a file of this test run.
fn scratch(name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("digits-{}-{name}", std::process::id()))
}

#[test]
fn pixels_and_label_are_read() {
    let line = format!("16,8,{}7", "0,".repeat(62));
    let samples = data::parse(file_with(2, &line).as_bytes()).expect("the file is whole");
    assert_eq!(samples.len(), TRAIN + TEST);
    assert_eq!(samples[1].label, 7);
    assert_eq!(samples[1].pixels.as_slice()[..3], [1.0, 0.0, -1.0]);
}

#[test]
fn line_ends_of_windows_and_a_byte_order_mark_are_no_damage() {
    let text = format!("\u{feff}{}", file_with(0, "").replace('\n', "\r\n"));
    assert_eq!(data::parse(text.as_bytes()).expect("the file is whole").len(), TRAIN + TEST);
}

#[test]
fn the_test_set_is_the_files_end() {
    let digits = digits();
    assert_eq!((digits.train.len(), digits.test.len()), (TRAIN, TEST));
    assert_eq!(digits.train[0].label, 0);
    assert_eq!(digits.test[TEST - 1].label, 8);
}

#[test]
fn a_word_among_the_numbers_is_found() {
    let found = damage(file_with(12, &format!("1,2,x{},0", ",3".repeat(61))).as_bytes());
    assert_eq!(found.to_string(), r#"line 12, column 3: "x" is no whole number from 0 to 16"#);
}

#[test]
fn intensities_and_labels_out_of_range_are_found() {
    let bright = damage(file_with(1, &format!("17{}", ",0".repeat(64))).as_bytes());
    assert_eq!((bright.line, bright.column), (1, 1));
    let label = damage(file_with(5, &format!("{}10", "0,".repeat(64))).as_bytes());
    assert_eq!(label.to_string(), r#"line 5, column 65: "10" is no whole number from 0 to 9"#);
}

#[test]
fn lines_that_are_too_short_or_too_long_are_found() {
    let short = damage(file_with(9, "1,2,3").as_bytes());
    assert_eq!(short.to_string(), "line 9, column 4: the line ends here, but 65 columns are needed");
    let long = damage(file_with(9, &format!("0{}", ",1".repeat(70))).as_bytes());
    assert_eq!(long.to_string(), "line 9, column 66: the line goes on after its 65 columns");
}

#[test]
fn a_file_that_ends_early_is_found() {
    let cut: String = file_with(0, "").lines().take(3).fold(String::new(), |text, line| text + line + "\n");
    assert_eq!(
        damage(cut.as_bytes()).to_string(),
        "line 4, column 1: the file ends here, but 1797 lines are needed"
    );
    assert_eq!(damage(b"").line, 1);
}

#[test]
fn bytes_that_are_no_text_are_found() {
    let mut bytes = file_with(0, "").into_bytes();
    let third =
        bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n').nth(1).expect("many lines").0 + 1;
    bytes[third + 2] = 0xff;
    assert_eq!(damage(&bytes).to_string(), "line 3, column 2: these bytes are no text");
}

#[test]
fn a_wrong_path_is_named() {
    let error = data::load(Path::new("no/such/file.csv")).expect_err("there is no such file");
    assert!(error.starts_with("no/such/file.csv: "), "{error}");
}

#[test]
fn wrong_arguments_are_named() {
    assert_eq!(message(&["--epochs", "none"]), r#"--epochs needs a whole number of at least 1, not "none""#);
    assert_eq!(message(&["--epochs=0"]), r#"--epochs needs a whole number of at least 1, not "0""#);
    assert_eq!(message(&["--data"]), "--data needs a value");
    assert_eq!(message(&["--epoch", "3"]), r#"unknown argument "--epoch"; --help lists those there are"#);
}

#[test]
fn arguments_are_read_in_both_forms() {
    let arguments = ["--epochs=2", "--seed", "9", "--plot=a.svg", "--data", "b.csv"].map(str::to_owned);
    let expected = Options {
        data: "b.csv".into(),
        epochs: 2,
        seed: 9,
        plot: Some("a.svg".into()),
        ..Options::default()
    };
    assert_eq!(options::parse(arguments), Ok(expected));
}

#[test]
fn a_plot_that_cant_be_written_is_refused_before_the_training() {
    let options = Options { plot: Some("/no/such/folder/curve.svg".into()), ..Options::default() };
    let error = crate::run(&options).expect_err("the folder doesn't exist");
    assert!(error.starts_with("/no/such/folder/curve.svg: "), "{error}");
}

#[test]
fn a_plot_is_written() {
    let path = scratch("curve.svg");
    let options = Options { plot: Some(path.clone()), epochs: 1, ..Options::default() };
    crate::run(&options).expect("one epoch trains");
    let svg = std::fs::read_to_string(&path).expect("the plot is there");
    std::fs::remove_file(&path).expect("the plot can be removed");
    assert_eq!(svg.matches("<polyline").count(), 4);
    assert!(svg.ends_with("</svg>\n") && !svg.contains("NaN"), "{svg}");
}

#[test]
fn the_curves_reach_the_axes_ends() {
    let epoch = |loss, accuracy| Epoch {
        train_loss: loss,
        test_loss: loss,
        train_accuracy: accuracy,
        test_accuracy: accuracy,
    };
    let svg = plot::learning_curve(&[epoch(2.0, 0.5), epoch(0.0, 1.0)]);
    // From the upper left corner of the loss's panel to its lower right one, and the other way for the accuracy.
    assert!(svg.contains(r#"<polyline points="80.0,70.0 730.0,300.0""#), "{svg}");
    assert!(svg.contains(r#"<polyline points="80.0,590.0 730.0,360.0""#), "{svg}");
}

#[test]
fn the_bar_fills_and_tells_the_time_left() {
    let half = progress::line(5, 10, Duration::from_secs(3));
    assert_eq!(half, format!("[{}{}]  50 %  3 s left", "#".repeat(20), ".".repeat(20)));
    assert!(progress::line(0, 0, Duration::ZERO).contains("0 %"));
}

#[test]
fn a_saved_network_reads_the_same_when_it_is_loaded() {
    let path = scratch("network");
    let options = Options { save: Some(path.clone()), epochs: 1, ..Options::default() };
    crate::run(&options).expect("one epoch trains");
    let loaded: Network = checkpoint::load(&path).expect("the network is there");
    let options = Options { load: Some(path.clone()), ..Options::default() };
    crate::run(&options).expect("the saved network is measured");
    let digits = digits();
    let mut training = Training::new(&digits, 1, options.seed);
    training.epoch(|| {}).expect("the gradients fit");
    assert_eq!(loaded, training.network);
    std::fs::write(&path, "no network").expect("the file can be written");
    let error = crate::run(&options).expect_err("the file is damaged");
    assert!(error.ends_with("the file isn't a whole checkpoint"), "{error}");
    std::fs::remove_file(&path).expect("the file can be removed");
}

#[test]
fn the_gradient_agrees_with_central_differences() {
    let digits = digits();
    let network = Network::random(&mut Random::new(3));
    let sample = &digits.train[17];
    let mut gradient = network.zero_tangent();
    let value = network.add_gradient(sample, &mut gradient);
    assert!((value - network.loss(sample)).abs() < 1e-12);
    for leaf in 0..network.leaf_count() {
        for index in (0..network.leaf(leaf).data.len()).step_by(7) {
            let moved = |by: f64| {
                let mut network = network.clone();
                network.leaf_mut(leaf)[index] += by;
                network.loss(sample)
            };
            let (found, expected) = (gradient.leaf_mut(leaf)[index], (moved(1e-5) - moved(-1e-5)) / 2e-5);
            assert!(
                (found - expected).abs() < 1e-8,
                "leaf {leaf}, element {index}: {found} is not {expected}"
            );
        }
    }
}

/// The whole training in an optimized test, a short one otherwise.
#[test]
fn training_reads_the_digits_of_other_writers() {
    let digits = digits();
    let (epochs, least) = if cfg!(debug_assertions) { (20, 0.93) } else { (Options::default().epochs, 0.95) };
    let mut training = Training::new(&digits, epochs, 1);
    let mut epoch = || training.epoch(|| {}).expect("the gradients fit");
    let last = (0..epochs).map(|_| epoch()).last().expect("there are epochs");
    assert!(last.test_accuracy >= least, "{last:?}");
}

#[test]
fn a_seed_repeats_its_training() {
    let digits = digits();
    let epoch = |seed| Training::new(&digits, 2, seed).epoch(|| {}).expect("the gradients fit");
    assert_eq!(epoch(5), epoch(5));
    assert_ne!(epoch(5), epoch(6));
}
