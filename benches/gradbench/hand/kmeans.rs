//! In closed form: Newton's step goes to the mean of a centroid's points.
use crate::kmeans::Problem;

/// The gradient of `kmeans::cost` by the centroids, divided by the Hessian's diagonal.
pub fn direction(problem: &Problem) -> Vec<f64> {
    let Problem { points, centroids, d } = problem;
    let mut sums = vec![0.0; centroids.len()];
    let mut counts = vec![0.0; centroids.len() / d];
    for point in points.chunks_exact(*d) {
        let (mut least, mut nearest) = (f64::INFINITY, 0);
        for (number, centroid) in centroids.chunks_exact(*d).enumerate() {
            let distance = point.iter().zip(centroid).map(|(p, c)| (p - c) * (p - c)).sum();
            if distance < least {
                (least, nearest) = (distance, number);
            }
        }
        counts[nearest] += 1.0;
        let sum = &mut sums[nearest * d..][..*d];
        sum.iter_mut().zip(point).for_each(|(sum, entry)| *sum += entry);
    }
    let rows = sums.chunks_exact(*d).zip(&counts).zip(centroids.chunks_exact(*d));
    rows.flat_map(|((sum, count), row)| row.iter().zip(sum).map(move |(c, sum)| c - sum / count)).collect()
}
