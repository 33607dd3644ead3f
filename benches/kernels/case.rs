//! What a kernel is to the harness: a point, and several ways to compute the value or the derivative there.

/// What one call computed. The gradient is added to, as `grad_into` does it, never set.
pub struct Answer {
    /// The function's outputs; one number for all kernels but the residual.
    pub value: Vec<f64>,
    /// The derivative by every input; for several outputs the Jacobian, row after row.
    pub gradient: Vec<f64>,
}

/// Computes at a point, into an answer.
pub type Run = Box<dyn Fn(&[f64], &mut Answer)>;

/// One way to compute a kernel, under the name that the table shows.
pub struct Variant {
    pub name: &'static str,
    pub run: Run,
}

/// One kernel: the first variant is the plain value, the second the derivative by hand.
pub struct Case {
    pub name: &'static str,
    /// What the compiler knows of the sizes; everything else is hidden from it.
    pub known: &'static str,
    /// Where it is evaluated: all differentiated inputs, one after the other.
    pub point: Vec<f64>,
    pub outputs: usize,
    pub variants: Vec<Variant>,
}

impl Case {
    /// An answer of the right shape, all zero.
    pub fn blank(&self) -> Answer {
        Answer { value: vec![0.0; self.outputs], gradient: vec![0.0; self.outputs * self.point.len()] }
    }
}

/// The plain value of a function with one output.
pub fn value(f: impl Fn(&[f64]) -> f64 + 'static) -> Variant {
    Variant { name: "value", run: Box::new(move |x, answer| answer.value[0] = f(x)) }
}

/// Value and gradient of a function with one output.
pub fn gradient(name: &'static str, f: impl Fn(&[f64], &mut [f64]) -> f64 + 'static) -> Variant {
    Variant { name, run: Box::new(move |x, answer| answer.value[0] = f(x, &mut answer.gradient)) }
}

/// Cuts a flat point into the function's parameters.
pub fn split<const K: usize>(mut flat: &[f64], sizes: [usize; K]) -> [&[f64]; K] {
    sizes.map(|size| {
        let (part, rest) = flat.split_at(size);
        flat = rest;
        part
    })
}

/// Cuts a flat gradient into the cotangents of the function's parameters.
pub fn split_mut<const K: usize>(mut flat: &mut [f64], sizes: [usize; K]) -> [&mut [f64]; K] {
    sizes.map(|size| {
        let (part, rest) = std::mem::take(&mut flat).split_at_mut(size);
        flat = rest;
        part
    })
}

/// A slice whose length is known, as an array.
///
/// # Panics
/// Where the length isn't `N`.
pub fn array<T, const N: usize>(slice: &[T]) -> &[T; N] {
    slice.try_into().expect("the slice has the array's length")
}

/// A mutable slice whose length is known, as an array.
///
/// # Panics
/// Where the length isn't `N`.
pub fn array_mut<T, const N: usize>(slice: &mut [T]) -> &mut [T; N] {
    slice.try_into().expect("the slice has the array's length")
}
