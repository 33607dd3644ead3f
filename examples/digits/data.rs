//! Reads the digits: 64 pixels from 0 to 16 and a label from 0 to 9 on every line.

use std::fmt;
use std::path::Path;

use grad_runtime::nalgebra::SVector;

/// Pixels in one image, 8 rows of 8.
pub const PIXELS: usize = 64;
/// Digits to tell apart.
pub const CLASSES: usize = 10;
/// Lines at the file's beginning to train on.
pub const TRAIN: usize = 1437;
/// Lines at the file's end to test on.
pub const TEST: usize = 360;

/// The intensity of an empty pixel. Inputs that are zero in the middle of their range make training easier.
pub const WHITE: f64 = -1.0;

const COLUMNS: usize = PIXELS + 1;
const DARKEST: u8 = 16;

/// The intensities of an image, from -1 ([`WHITE`]) to 1 (black), row after row.
pub type Image = SVector<f64, PIXELS>;

/// One image with its label.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    pub pixels: Image,
    /// The digit that the image shows.
    pub label: usize,
}

/// The images to train on and those to test on; no image is in both.
#[derive(Debug)]
pub struct Digits {
    pub train: Vec<Sample>,
    pub test: Vec<Sample>,
}

/// Where a file is damaged, and how. Lines and columns count from 1; a column is a comma-separated field.
#[derive(Debug, PartialEq)]
pub struct Damage {
    pub line: usize,
    pub column: usize,
    pub what: String,
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {}", self.line, self.column, self.what)
    }
}

/// Reads and splits the file.
///
/// # Errors
/// One line that names the file and, where it is damaged, the first damaged line and column.
pub fn load(path: &Path) -> Result<Digits, String> {
    let bytes = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let samples = parse(&bytes).map_err(|damage| format!("{}: {damage}", path.display()))?;
    Ok(Digits { train: samples[..TRAIN].to_vec(), test: samples[samples.len() - TEST..].to_vec() })
}

/// All samples in a file's bytes.
///
/// # Errors
/// The first damage; a file with fewer than `TRAIN + TEST` lines counts as damaged where it ends.
pub fn parse(bytes: &[u8]) -> Result<Vec<Sample>, Damage> {
    let text = std::str::from_utf8(bytes).map_err(|error| not_text(&bytes[..error.valid_up_to()]))?;
    let text = text.trim_start_matches('\u{feff}').trim_end_matches(['\r', '\n']);
    let samples: Vec<Sample> =
        text.lines().enumerate().map(|(index, line)| sample(line, index + 1)).collect::<Result<_, _>>()?;
    if samples.len() < TRAIN + TEST {
        let what = format!("the file ends here, but {} lines are needed", TRAIN + TEST);
        return Err(Damage { line: samples.len() + 1, column: 1, what });
    }
    Ok(samples)
}

/// The damage behind the last readable byte.
fn not_text(readable: &[u8]) -> Damage {
    let lines: Vec<&[u8]> = readable.split(|&byte| byte == b'\n').collect();
    let column = lines.last().map_or(1, |line| line.split(|&byte| byte == b',').count());
    Damage { line: lines.len(), column, what: "these bytes are no text".to_owned() }
}

fn sample(text: &str, line: usize) -> Result<Sample, Damage> {
    let damage = |column, what| Damage { line, column, what };
    let fields: Vec<&str> = text.split(',').collect();
    if fields.len() > COLUMNS {
        return Err(damage(COLUMNS + 1, format!("the line goes on after its {COLUMNS} columns")));
    }
    let mut pixels = Image::zeros();
    for (index, (pixel, field)) in pixels.iter_mut().zip(&fields).enumerate() {
        let intensity = number(field, DARKEST).map_err(|what| damage(index + 1, what))?;
        *pixel = WHITE + 2.0 * f64::from(intensity) / f64::from(DARKEST);
    }
    let Some(label) = fields.get(PIXELS) else {
        let what = format!("the line ends here, but {COLUMNS} columns are needed");
        return Err(damage(fields.len() + 1, what));
    };
    let label = number(label, 9).map_err(|what| damage(COLUMNS, what))?;
    Ok(Sample { pixels, label: label.into() })
}

/// A whole number from 0 to `max`.
fn number(field: &str, max: u8) -> Result<u8, String> {
    let parsed = field.trim().parse().ok().filter(|&value| value <= max);
    parsed.ok_or_else(|| format!("{field:?} is no whole number from 0 to {max}"))
}
