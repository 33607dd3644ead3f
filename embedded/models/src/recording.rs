//! Sixty-four readings of a three-axis magnetometer that somebody turned in the air, as the sensor's counts.
//!
//! The table stands in for a recording and was made like one: a field of 529 counts seen along a turning path,
//! distorted by `S = [[1.12, 0.06, -0.03], [0.06, 0.94, 0.045], [-0.03, 0.045, 1.03]]`, displaced by
//! `(142, -87, 61)`, with noise of two counts (standard deviation) on each axis, rounded to whole counts.

use crate::magnetometer::Readings;

/// How many readings the calibration is made from.
pub const READINGS: usize = 64;

/// The strength of the local field in counts, as a geomagnetic model would give it.
pub const FIELD: f32 = 529.0;

/// The displacement that the table was made with, in counts.
pub const TRUE_OFFSET: [f32; 3] = [142.0, -87.0, 61.0];

/// The inverse of the distortion that the table was made with: `xx, xy, xz, yy, yz, zz`.
pub const TRUE_SHAPE: [f32; 6] = [0.896_765, -0.058_613, 0.028_68, 1.069_89, -0.048_45, 0.973_826];

/// The readings in units of the local field.
#[must_use]
pub fn readings() -> Readings {
    COUNTS.map(|counts| counts.map(|count| f32::from(count) / FIELD))
}

#[rustfmt::skip]
const COUNTS: [[i16; 3]; READINGS] = [
    [644, 65, 312], [478, 217, 404], [258, 256, 482], [66, 191, 534],
    [-44, 81, 565], [-80, -29, 572], [-103, -124, 567], [-89, -241, 535],
    [10, -359, 484], [210, -414, 420], [449, -360, 339], [646, -183, 259],
    [707, 53, 174], [602, 271, 92], [354, 386, 5], [61, 357, -84],
    [-178, 207, -173], [-280, -6, -259], [-236, -190, -335], [-97, -298, -401],
    [62, -318, -439], [184, -290, -456], [301, -252, -454], [421, -170, -426],
    [505, -38, -380], [494, 144, -311], [346, 298, -227], [85, 351, -131],
    [-198, 262, -39], [-398, 58, 59], [-449, -196, 148], [-323, -401, 230],
    [-82, -490, 307], [178, -452, 382], [360, -313, 447], [420, -149, 506],
    [381, -20, 550], [307, 55, 568], [226, 119, 571], [103, 172, 548],
    [-74, 159, 516], [-254, 48, 455], [-359, -149, 374], [-316, -373, 277],
    [-117, -537, 174], [177, -577, 61], [466, -467, -41], [650, -255, -137],
    [668, -25, -210], [543, 144, -276], [337, 204, -331], [143, 159, -383],
    [20, 59, -423], [-38, -40, -438], [-76, -136, -433], [-85, -260, -417],
    [-17, -383, -381], [156, -458, -336], [406, -431, -265], [625, -272, -179],
    [725, -30, -77], [657, 214, 34], [437, 368, 150], [136, 391, 256],
];
