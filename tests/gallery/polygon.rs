//! Geometry: area, centroid and compactness of a polygon.

use grad_runtime::prelude::*;

type Point = (f64, f64);

/// Twice the signed area, and the centroid, where there is one.
#[differentiable]
fn centroid(points: &[Point]) -> Option<(f64, Point)> {
    if points.len() < 3 {
        return None;
    }
    let (mut area, mut cx, mut cy) = (0.0, 0.0, 0.0);
    let n = points.len();
    for i in 0..n {
        let (x0, y0) = points[i];
        let (x1, y1) = points[(i + 1) % n];
        let cross = x0 * y1 - x1 * y0;
        area += cross;
        cx += (x0 + x1) * cross;
        cy += (y0 + y1) * cross;
    }
    if area.abs() < 1e-12 { None } else { Some((area, (cx / (3.0 * area), cy / (3.0 * area)))) }
}

#[differentiable]
fn perimeter(points: &[Point]) -> f64 {
    let open: f64 = points.windows(2).map(|w| (w[1].0 - w[0].0).hypot(w[1].1 - w[0].1)).sum();
    let closing = match points {
        [first, .., last] => (last.0 - first.0).hypot(last.1 - first.1),
        _ => 0.0,
    };
    open + closing
}

/// 1 for a circle, less for anything else; drawn towards a place.
#[differentiable]
fn objective(points: &[Point], towards: Point) -> f64 {
    let Some((area2, (cx, cy))) = centroid(points) else {
        return 0.0;
    };
    let compactness = 2.0 * std::f64::consts::PI * area2.abs() / perimeter(points).powi(2);
    compactness - 0.1 * ((cx - towards.0).powi(2) + (cy - towards.1).powi(2))
}

#[test]
fn a_polygon() {
    let square = vec![(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)];
    assert_eq!(centroid(&square), Some((2.0, (0.5, 0.5))));
    assert!((objective(&square, (0.5, 0.5)) - std::f64::consts::PI / 4.0).abs() < 1e-12);
    check!(objective(&vec![(0.1, 0.0), (1.2, -0.2), (1.1, 0.9), (0.4, 1.5), (-0.2, 0.7)], (0.3, 0.4)));
    check!(perimeter(&square));
}
