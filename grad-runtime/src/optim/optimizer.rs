//! Optimizers that keep their own state.

use super::clip::Clip;
use super::rule::UpdateRule;
use super::schedule::LearningRate;
use super::{
    AdadeltaOptions, AdagradOptions, AdamOptions, AdamWOptions, AdamaxOptions, AmsGradOptions, LambOptions,
    LambWOptions, LarsMomentumOptions, LarsOptions, LionOptions, MomentumOptions, RmsPropOptions,
    UpdateOptions,
};
use crate::Real;
use crate::leaves::{self, LeavesMut, StructureError};
#[cfg(feature = "serde")]
use crate::serialize::SavedLeaves;

/// A rule with its learning rate, its states and the number of steps so far.
///
/// Each optimizer is this type with its options as the rule; `Adam::new(0.01)` makes one with the default options. The type of
/// the gradients and the states follows from the first [`step`](Self::step), which also makes the states.
///
/// ```
/// use grad_runtime::prelude::*;
///
/// let mut parameters = ([1.0, -2.0], 3.0_f64);
/// let mut optimizer = Adam::new(0.1);
/// for _ in 0..400 {
///     let gradients = (parameters.0.map(|x| 2.0 * x), 2.0 * (parameters.1 - 1.0));
///     optimizer.step(&mut parameters, &gradients)?;
/// }
/// assert!(parameters.0[0].abs() < 1e-3 && (parameters.1 - 1.0).abs() < 1e-3);
/// assert_eq!(optimizer.steps(), 400);
/// # Ok::<(), StructureError>(())
/// ```
///
/// With the feature `serde` it can be written and read back. The states are written as leaves, so the type of the gradients
/// needs no serialization of its own; after reading they are put in place by the first step.
#[derive(Clone, Debug, PartialEq)]
pub struct Optimizer<O, G, L, const STATES: usize> {
    options: O,
    learning_rate: L,
    clip: Option<Clip>,
    checked: bool,
    steps: u64,
    states: Option<[G; STATES]>,
    /// States that have been read and are waiting for gradients that tell their type.
    #[cfg(feature = "serde")]
    restored: Option<[SavedLeaves; STATES]>,
    /// Where clipped gradients are put, so that a step needs no allocation.
    scratch: Option<G>,
}

/// Gradient descent, see [`UpdateOptions`].
pub type Sgd<G, L = f64> = Optimizer<UpdateOptions, G, L, 0>;
/// Gradient descent with momentum, see [`MomentumOptions`].
pub type Momentum<G, L = f64> = Optimizer<MomentumOptions, G, L, 1>;
/// Adam, see [`adam_step`](fn@super::adam_step).
pub type Adam<G, L = f64> = Optimizer<AdamOptions, G, L, 2>;
/// Adam with decoupled weight decay, see [`AdamWOptions`].
pub type AdamW<G, L = f64> = Optimizer<AdamWOptions, G, L, 2>;
/// Adam with the greatest second moment, see [`AmsGradOptions`].
pub type AmsGrad<G, L = f64> = Optimizer<AmsGradOptions, G, L, 3>;
/// Adam with the greatest gradient, see [`AdamaxOptions`].
pub type Adamax<G, L = f64> = Optimizer<AdamaxOptions, G, L, 2>;
/// Steps sized by the steps before, see [`AdadeltaOptions`].
pub type Adadelta<G, L = f64> = Optimizer<AdadeltaOptions, G, L, 2>;
/// Steps over the root of all squared gradients, see [`AdagradOptions`].
pub type Adagrad<G, L = f64> = Optimizer<AdagradOptions, G, L, 1>;
/// Steps over the root of recent squared gradients, see [`RmsPropOptions`].
pub type RmsProp<G, L = f64> = Optimizer<RmsPropOptions, G, L, 3>;
/// Steps along the sign of an average, see [`LionOptions`].
pub type Lion<G, L = f64> = Optimizer<LionOptions, G, L, 1>;
/// Layer-wise adaptive moments, see [`lamb_update`](fn@super::lamb_update).
pub type Lamb<G, L = f64> = Optimizer<LambOptions, G, L, 2>;
/// Layer-wise adaptive moments in the published form, see [`LambWOptions`].
pub type LambW<G, L = f64> = Optimizer<LambWOptions, G, L, 2>;
/// Layer-wise adaptive rates, see [`lars_update`](fn@super::lars_update).
pub type Lars<G, L = f64> = Optimizer<LarsOptions, G, L, 0>;
/// Layer-wise adaptive rates with momentum, see [`LarsMomentumOptions`].
pub type LarsMomentum<G, L = f64> = Optimizer<LarsMomentumOptions, G, L, 1>;

impl<O, G, L, const STATES: usize> Optimizer<O, G, L, STATES> {
    /// An optimizer with the default options. The learning rate is a number, a [`Schedule`](super::Schedule), or
    /// [`LayerWise`](super::LayerWise) rates.
    pub fn new(learning_rate: L) -> Self
    where
        O: Default,
    {
        Self::with_options(O::default(), learning_rate)
    }

    /// An optimizer with these options.
    ///
    /// ```
    /// use grad_runtime::prelude::*;
    ///
    /// let mut optimizer = Momentum::with_options(MomentumOptions { momentum: 0.5, nesterov: false }, 0.5);
    /// let mut x = 1.0;
    /// optimizer.step(&mut x, &1.0)?;
    /// optimizer.step(&mut x, &0.0)?;
    /// assert_eq!(x, 0.25);
    /// # Ok::<(), StructureError>(())
    /// ```
    pub fn with_options(options: O, learning_rate: L) -> Self {
        Self {
            options,
            learning_rate,
            clip: None,
            checked: false,
            steps: 0,
            states: None,
            #[cfg(feature = "serde")]
            restored: None,
            scratch: None,
        }
    }

    /// The same optimizer with a limit on the gradients.
    ///
    /// ```
    /// use grad_runtime::optim::Clip;
    /// use grad_runtime::prelude::*;
    ///
    /// let mut x = [0.0, 0.0];
    /// Sgd::new(1.0).with_clip(Clip::GlobalNorm(1.0)).step(&mut x, &[30.0, 40.0])?;
    /// assert_eq!(x, [-0.6, -0.8]);
    /// # Ok::<(), StructureError>(())
    /// ```
    #[must_use]
    pub fn with_clip(self, clip: Clip) -> Self {
        Self { clip: Some(clip), ..self }
    }

    /// The same optimizer, which looks at every gradient first: one that isn't finite is an error that names its leaf.
    ///
    /// ```
    /// use grad_runtime::prelude::*;
    ///
    /// let mut parameters = (1.0, [2.0, 3.0]);
    /// let error = Adam::new(0.1).checked().step(&mut parameters, &(0.0, [0.0, f64::NAN])).unwrap_err();
    /// assert_eq!(error.to_string(), "the gradient of the leaf `1` is NaN at element 1");
    /// assert_eq!(parameters, (1.0, [2.0, 3.0]));
    /// ```
    #[must_use]
    pub fn checked(self) -> Self {
        Self { checked: true, ..self }
    }

    /// How many steps have been taken.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// The options.
    pub fn options(&self) -> &O {
        &self.options
    }

    /// The learning rate.
    pub fn learning_rate(&self) -> &L {
        &self.learning_rate
    }

    /// The learning rate, to be changed between steps.
    pub fn learning_rate_mut(&mut self) -> &mut L {
        &mut self.learning_rate
    }

    /// The states; none before the first step, also the first after reading.
    pub fn states(&self) -> Option<&[G; STATES]> {
        self.states.as_ref()
    }

    /// Forgets the states and starts counting from 0 again.
    pub fn reset(&mut self) {
        self.steps = 0;
        self.states = None;
        #[cfg(feature = "serde")]
        {
            self.restored = None;
        }
    }
}

impl<O, G, L, const STATES: usize> Optimizer<O, G, L, STATES>
where
    O: UpdateRule<STATES>,
    G: LeavesMut + Clone,
    L: LearningRate,
{
    /// Updates the parameters from their gradients. The first step clones the gradients for the states, no other allocates.
    ///
    /// # Errors
    /// Where a leaf of the parameters has no gradient, learning rate or state, or one of another shape; for a
    /// [`checked`](Self::checked) optimizer, where a gradient isn't finite. Neither the parameters nor the optimizer has changed then.
    pub fn step<W>(&mut self, parameters: &mut W, gradients: &G) -> Result<(), StructureError>
    where
        W: LeavesMut<Scalar = G::Scalar> + ?Sized,
    {
        if self.checked {
            leaves::check_finite("gradient", gradients)?;
        }
        let fresh = if self.states.is_none() { Some(self.first_states(gradients)?) } else { None };
        let Self { options, learning_rate, clip, steps, states, scratch, .. } = self;
        let gradients = match *clip {
            Some(clip) => {
                leaves::Matching::new("gradient", parameters, gradients)?;
                clipped(clip, scratch, gradients)
            }
            None => gradients,
        };
        let rate = learning_rate.at(*steps);
        let next = steps.saturating_add(1);
        if let Some(states) = states {
            options.update_inplace(parameters, gradients, &rate, states.each_mut(), next)?;
        } else if let Some(mut fresh) = fresh {
            options.update_inplace(parameters, gradients, &rate, fresh.each_mut(), next)?;
            *states = Some(fresh);
            #[cfg(feature = "serde")]
            {
                self.restored = None;
            }
        }
        self.steps = next;
        Ok(())
    }

    /// The states before the first step, or those that have been read.
    #[cfg_attr(not(feature = "serde"), allow(clippy::unnecessary_wraps))] // only what was read can fail to match
    fn first_states(&self, gradients: &G) -> Result<[G; STATES], StructureError> {
        let fill = |value| leaves::map(gradients.clone(), |_| G::Scalar::from_f64(value));
        #[allow(unused_mut)] // without serde there is nothing to put in
        let mut states = self.options.initial_states().map(fill);
        #[cfg(feature = "serde")]
        for (state, saved) in states.iter_mut().zip(self.restored.iter().flatten()) {
            leaves::zip_inplace(state, saved, |_, x| G::Scalar::from_f64(x))?;
        }
        Ok(states)
    }
}

/// The clipped gradients, in the scratch container, which is made at the first call and where the structure has changed.
fn clipped<'s, G: LeavesMut + Clone>(clip: Clip, scratch: &'s mut Option<G>, gradients: &G) -> &'s G {
    let copied = scratch.as_mut().is_some_and(|scratch| {
        let same = leaves::same_structure(gradients, scratch);
        same.and_then(|()| leaves::zip_inplace(scratch, gradients, |_, g| g)).is_ok()
    });
    if !copied {
        *scratch = None;
    }
    let scratch = scratch.get_or_insert_with(|| gradients.clone());
    clip.apply(scratch);
    scratch
}

/// An optimizer as it is written.
#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
struct Written<O, L, S> {
    options: O,
    learning_rate: L,
    clip: Option<Clip>,
    checked: bool,
    steps: u64,
    states: Option<S>,
}

#[cfg(feature = "serde")]
impl<O, G, L, const STATES: usize> serde::Serialize for Optimizer<O, G, L, STATES>
where
    O: serde::Serialize,
    G: leaves::Leaves,
    L: serde::Serialize,
{
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { options, learning_rate, clip, checked, steps, states, restored, .. } = self;
        let saved = states.as_ref().map(|states| states.each_ref().map(SavedLeaves::new));
        let states = saved.as_ref().or(restored.as_ref()).map(<[SavedLeaves; STATES]>::as_slice);
        Written { options, learning_rate, clip: *clip, checked: *checked, steps: *steps, states }
            .serialize(serializer)
    }
}

#[cfg(feature = "serde")]
impl<'de, O, G, L, const STATES: usize> serde::Deserialize<'de> for Optimizer<O, G, L, STATES>
where
    O: serde::Deserialize<'de>,
    L: serde::Deserialize<'de>,
{
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use alloc::vec::Vec;
        let Written { options, learning_rate, clip, checked, steps, states } =
            Written::<O, L, Vec<SavedLeaves>>::deserialize(deserializer)?;
        let wrong_count = |_| serde::de::Error::custom("the optimizer has another number of states");
        let restored = states.map(|states| states.try_into().map_err(wrong_count)).transpose()?;
        Ok(Self { options, learning_rate, clip, checked, steps, states: None, restored, scratch: None })
    }
}
