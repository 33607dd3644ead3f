//! The command line.

use std::path::PathBuf;

/// What `--help` prints.
pub const HELP: &str = "\
Trains a small network (64-32-10) to read handwritten digits.

Usage: cargo run --release --example digits -- [OPTIONS]

  --data FILE    the digits, as comma-separated numbers [default: the file beside the example]
  --epochs N     how often to go through the training set [default: 80]
  --seed N       decides the initial weights and the order of the samples [default: 1]
  --plot FILE    draws the learning curve into an SVG file
  --save FILE    writes the trained network into a file
  --load FILE    measures a network that was saved, and trains none
  --help         prints this text
";

/// What the user wants.
#[derive(Debug, PartialEq)]
pub struct Options {
    pub data: PathBuf,
    pub epochs: usize,
    pub seed: u64,
    pub plot: Option<PathBuf>,
    pub save: Option<PathBuf>,
    pub load: Option<PathBuf>,
    pub help: bool,
}

impl Default for Options {
    fn default() -> Self {
        let data = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/digits/digits.csv"));
        Self { data, epochs: 80, seed: 1, plot: None, save: None, load: None, help: false }
    }
}

/// Reads the arguments, the program's name left out.
///
/// # Errors
/// One line that names the argument that is wrong.
pub fn parse(arguments: impl IntoIterator<Item = String>) -> Result<Options, String> {
    let mut options = Options::default();
    let mut arguments = arguments.into_iter();
    while let Some(argument) = arguments.next() {
        // Both `--seed 7` and `--seed=7` are common, so both work.
        let (flag, attached) = match argument.split_once('=') {
            Some((flag, value)) => (flag, Some(value.to_owned())),
            None => (argument.as_str(), None),
        };
        let mut value =
            || attached.clone().or_else(|| arguments.next()).ok_or(format!("{flag} needs a value"));
        match flag {
            "--data" => options.data = value()?.into(),
            "--plot" => options.plot = Some(value()?.into()),
            "--save" => options.save = Some(value()?.into()),
            "--load" => options.load = Some(value()?.into()),
            "--seed" => options.seed = number(flag, &value()?, &0)?,
            "--epochs" => options.epochs = number(flag, &value()?, &1)?,
            "--help" | "-h" => options.help = true,
            _ => return Err(format!("unknown argument {argument:?}; --help lists those there are")),
        }
    }
    Ok(options)
}

/// A whole number that is at least `min`.
fn number<T>(flag: &str, text: &str, min: &T) -> Result<T, String>
where
    T: std::str::FromStr + PartialOrd + std::fmt::Display,
{
    let parsed = text.parse().ok().filter(|value| value >= min);
    parsed.ok_or_else(|| format!("{flag} needs a whole number of at least {min}, not {text:?}"))
}
