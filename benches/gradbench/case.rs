//! What a workload is to the harness: a problem of some size, and three things to compute of it.

/// Takes what was computed: the parts of a value or derivative, as flat slices.
pub type Sink<'a> = &'a mut dyn FnMut(&[&[f64]]);

/// One way to compute.
pub struct Variant {
    pub name: &'static str,
    pub run: Box<dyn Fn(Sink)>,
}

/// A workload at one size.
pub struct Case {
    pub workload: &'static str,
    pub size: &'static str,
    /// The value, the derivative by hand, the generated derivative.
    pub variants: [Variant; 3],
}

impl Case {
    /// A case from a problem and what to compute of it.
    pub fn new<P: 'static>(
        workload: &'static str,
        size: &'static str,
        problem: P,
        [value, hand, generated]: [fn(&P, Sink); 3],
    ) -> Self {
        // The variants share the problem for as long as the program runs.
        let problem: &'static P = Box::leak(Box::new(problem));
        let variant = |name, compute: fn(&P, Sink)| Variant {
            name,
            run: Box::new(move |sink: Sink| compute(std::hint::black_box(problem), sink)),
        };
        let variants = [variant("value", value), variant("hand", hand), variant("generated", generated)];
        Self { workload, size, variants }
    }
}
