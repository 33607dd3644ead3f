//! Geodesy: the distance between two points on the ellipsoid, by Vincenty's iteration, and the length of a traverse.

use grad_runtime::prelude::*;

const A: f64 = 6_378_137.0;
const F: f64 = 1.0 / 298.257_223_563;
const B: f64 = A * (1.0 - F);

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Position {
    latitude: f64,
    longitude: f64,
}

#[derive(Debug, PartialEq)]
enum Failure {
    Antipodal { after: usize },
    TooFew(usize),
}

#[differentiable]
fn distance(p: Position, q: Position) -> Result<f64, Failure> {
    let reduced = |latitude: f64| ((1.0 - F) * latitude.to_radians().tan()).atan();
    let (u1, u2) = (reduced(p.latitude), reduced(q.latitude));
    let l = (q.longitude - p.longitude).to_radians();
    let ((s1, c1), (s2, c2)) = (u1.sin_cos(), u2.sin_cos());
    let mut lambda = l;
    for _ in 0..50 {
        let (sin_l, cos_l) = lambda.sin_cos();
        let sin_sigma = ((c2 * sin_l).powi(2) + (c1 * s2 - s1 * c2 * cos_l).powi(2)).sqrt();
        if sin_sigma == 0.0 {
            return Ok(0.0);
        }
        let cos_sigma = s1 * s2 + c1 * c2 * cos_l;
        let sigma = sin_sigma.atan2(cos_sigma);
        let sin_alpha = c1 * c2 * sin_l / sin_sigma;
        let cos2_alpha = 1.0 - sin_alpha * sin_alpha;
        let cos_2sm = if cos2_alpha > 0.0 { cos_sigma - 2.0 * s1 * s2 / cos2_alpha } else { 0.0 };
        let c = F / 16.0 * cos2_alpha * (4.0 + F * (4.0 - 3.0 * cos2_alpha));
        let before = lambda;
        lambda = l
            + (1.0 - c)
                * F
                * sin_alpha
                * (sigma + c * sin_sigma * (cos_2sm + c * cos_sigma * (2.0 * cos_2sm.powi(2) - 1.0)));
        if (lambda - before).abs() < 1e-13 {
            let u = cos2_alpha * (A * A - B * B) / (B * B);
            let big_a = 1.0 + u / 16384.0 * (4096.0 + u * (-768.0 + u * (320.0 - 175.0 * u)));
            let big_b = u / 1024.0 * (256.0 + u * (-128.0 + u * (74.0 - 47.0 * u)));
            let delta =
                big_b * sin_sigma * (cos_2sm + big_b / 4.0 * cos_sigma * (2.0 * cos_2sm.powi(2) - 1.0));
            return Ok(B * big_a * (sigma - delta) / 1000.0);
        }
    }
    Err(Failure::Antipodal { after: 50 })
}

#[differentiable]
fn traverse(points: &[Position]) -> Result<f64, Failure> {
    if points.len() < 2 {
        return Err(Failure::TooFew(points.len()));
    }
    points.windows(2).map(|leg| distance(leg[0], leg[1])).sum::<Result<f64, _>>()
}

#[test]
fn a_traverse() {
    let points = [
        Position { latitude: 50.0, longitude: 8.0 },
        Position { latitude: 48.1, longitude: 11.6 },
        Position { latitude: 47.4, longitude: 8.5 },
    ];
    assert_eq!(traverse(&points[..1]), Err(Failure::TooFew(1)));
    #[differentiable]
    fn length(points: &[Position]) -> f64 {
        traverse(points).unwrap()
    }
    let value = length(&points);
    assert!(value > 500.0 && value < 700.0, "{value}");
    check!(length(&points.to_vec()));
}

sample_struct!(Position PositionTangent { latitude, longitude });
