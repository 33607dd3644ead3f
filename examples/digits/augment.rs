//! Variations of a training image: turned a little, moved a little. The test set's writers differ from the training
//! set's, and a network that has seen every digit a bit askew copes better with them.

use crate::data::{Image, WHITE};
use crate::random::Random;

/// Pixels along an edge.
const SIDE: usize = 8;

/// The largest turn, in radians.
const TURN: f64 = 0.15;
/// The largest move along each axis, in pixels.
const MOVE: f64 = 0.5;

/// The image as another hand might have written it.
pub fn vary(pixels: &Image, random: &mut Random) -> Image {
    let (sin, cos) = random.within(TURN).sin_cos();
    let (right, down) = (random.within(MOVE), random.within(MOVE));
    let middle = f64::midpoint(0.0, position(SIDE - 1));
    Image::from_fn(|at, _| {
        let (x, y) = (position(at % SIDE) - middle, position(at / SIDE) - middle);
        between(pixels, cos * x - sin * y + right + middle, sin * x + cos * y + down + middle)
    })
}

/// The intensity at a point between pixels: the four around it, each by how near it is; white outside the image.
#[expect(clippy::cast_possible_truncation, reason = "the point is at most a few pixels outside the image")]
fn between(pixels: &Image, x: f64, y: f64) -> f64 {
    let (left, top) = (x.floor(), y.floor());
    let (right_share, lower_share) = (x - left, y - top);
    let (left, top) = (left as isize, top as isize);
    let row = |y| (1.0 - right_share) * pixel(pixels, left, y) + right_share * pixel(pixels, left + 1, y);
    (1.0 - lower_share) * row(top) + lower_share * row(top + 1)
}

/// The pixel at coordinates that may lie outside.
fn pixel(pixels: &Image, x: isize, y: isize) -> f64 {
    let inside = |coordinate: isize| usize::try_from(coordinate).ok().filter(|&index| index < SIDE);
    match (inside(x), inside(y)) {
        (Some(x), Some(y)) => pixels[y * SIDE + x],
        _ => WHITE,
    }
}

#[expect(clippy::cast_precision_loss, reason = "an image's coordinates are small")]
fn position(index: usize) -> f64 {
    index as f64
}
