//! The memory of L-BFGS and the direction that it gives.

use super::line_search::Point;
use crate::Real;
use crate::leaves::{self, LeavesMut, StructureError};

/// A step and the change of the gradient over it.
#[derive(Clone, Debug)]
struct Pair<G> {
    step: G,
    change: G,
    /// `1 / (step · change)`.
    rho: f64,
}

/// The last pairs, the newest first.
#[derive(Clone, Debug)]
pub(super) struct History<G, const M: usize> {
    pairs: [Option<Pair<G>>; M],
}

impl<G, const M: usize> Default for History<G, M> {
    fn default() -> Self {
        Self { pairs: [const { None }; M] }
    }
}

impl<G: LeavesMut + Clone, const M: usize> History<G, M> {
    pub(super) fn is_empty(&self) -> bool {
        self.pairs.iter().all(Option::is_none)
    }

    /// The direction of descent: minus the approximate inverse Hessian times the gradient, by the recursion of two loops.
    pub(super) fn direction(&mut self, gradient: &G) -> Result<G, StructureError> {
        let direction = self.quasi_newton(gradient)?;
        let slope = leaves::dot(gradient, &direction)?.to_f64();
        if slope < 0.0 {
            return Ok(direction);
        }
        // Rounding has made the memory useless; downhill is always a direction.
        *self = Self::default();
        Ok(leaves::map(gradient.clone(), |g| -g))
    }

    fn quasi_newton(&self, gradient: &G) -> Result<G, StructureError> {
        let mut direction = leaves::map(gradient.clone(), |g| -g);
        let mut alphas = [0.0; M];
        for (Pair { step, change, rho }, alpha) in self.pairs.iter().flatten().zip(&mut alphas) {
            *alpha = rho * leaves::dot(step, &direction)?.to_f64();
            add(&mut direction, change, -*alpha)?;
        }
        if let Some(Pair { change, rho, .. }) = self.pairs.iter().flatten().next() {
            let scale = G::Scalar::from_f64(1.0 / (rho * leaves::dot(change, change)?.to_f64()));
            leaves::map_inplace(&mut direction, |d| d * scale);
        }
        let count = self.pairs.iter().flatten().count();
        let pairs = self.pairs.iter().flatten().zip(alphas);
        for index in (0..count).rev() {
            let Some((Pair { step, change, rho }, alpha)) = pairs.clone().nth(index) else { continue };
            let beta = rho * leaves::dot(change, &direction)?.to_f64();
            add(&mut direction, step, alpha - beta)?;
        }
        Ok(direction)
    }

    /// Takes a step along a direction into the memory, unless the gradient hasn't grown along it.
    pub(super) fn remember(
        &mut self,
        direction: &G,
        before: &G,
        after: &Point<G>,
    ) -> Result<(), StructureError> {
        let length = G::Scalar::from_f64(after.step);
        let step = leaves::map(direction.clone(), |d| length * d);
        let change = leaves::zip_map(after.gradient.clone(), before, |after, before| after - before)?;
        let product = leaves::dot(&step, &change)?.to_f64();
        let size = leaves::dot(&change, &change)?.to_f64();
        if product > f64::EPSILON * size && M > 0 {
            self.pairs.rotate_right(1);
            self.pairs[0] = Some(Pair { step, change, rho: 1.0 / product });
        }
        Ok(())
    }
}

/// `a += factor · b`.
fn add<G: LeavesMut>(a: &mut G, b: &G, factor: f64) -> Result<(), StructureError> {
    let factor = G::Scalar::from_f64(factor);
    leaves::zip_inplace(a, b, |a, b| a + factor * b)
}
