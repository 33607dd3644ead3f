//! Gradient descent with momentum.

use super::kernels::descend;
use super::rule::update_rule;
use super::sweep::sweep;

/// The options of gradient descent with momentum, heavy-ball or Nesterov's:
///
/// ```text
/// trace' = g + momentum·trace
/// w'     = w - lr·trace'                       nesterov:  w - lr·(g + momentum·trace')
/// ```
///
/// One state, the trace. The form is that of Sutskever et al., "On the importance of initialization and momentum in deep
/// learning" (2013), with the learning rate outside of the trace.
///
/// ```
/// use grad_runtime::prelude::*;
///
/// let nesterov = MomentumOptions { nesterov: true, ..MomentumOptions::default() };
/// let (w, [trace]) = nesterov.update([1.0], &[2.0], &0.5, [[0.0]], 1)?;
/// assert_eq!((w, trace), ([1.0 - 0.5 * (2.0 + 0.9 * 2.0)], [2.0]));
/// # Ok::<(), StructureError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct MomentumOptions {
    /// How much of the trace is kept, in 0..1.
    pub momentum: f64,
    /// Whether the step looks ahead along the trace.
    pub nesterov: bool,
}

impl Default for MomentumOptions {
    fn default() -> Self {
        Self { momentum: 0.9, nesterov: false }
    }
}

update_rule!(MomentumOptions<1>, ["trace"]; |options, operands, states, _, real| {
    let momentum = real(options.momentum);
    let nesterov = options.nesterov;
    sweep(operands, states, ["trace"], |leaf| {
        leaf.each(|w, g, lr, [trace]| {
            let trace = g + momentum * trace;
            let direction = if nesterov { g + momentum * trace } else { trace };
            (descend(w, direction, lr), [trace])
        });
    })
});
