//! What can be an argument, a result or a gradient of a program: everything is read from and written to flat
//! vectors of `f64`, which hold an `f32` exactly.

/// A value that is a list of numbers.
pub trait Flat {
    /// Appends the numbers.
    fn write(&self, out: &mut Vec<f64>);
}

/// An argument or result that carries a derivative.
pub trait Sample: Flat + Clone {
    /// The type of its tangents and cotangents.
    type Tangent: Flat;
    /// The unit roundoff of its numbers.
    const EPSILON: f64;
    /// A value of the same shape with the numbers at the front of `source`, which moves on.
    fn read(&self, source: &mut &[f64]) -> Self;
    /// The same for its tangent.
    fn tangent(&self, source: &mut &[f64]) -> Self::Tangent;
}

/// The numbers of a value.
pub fn flatten(value: &impl Flat) -> Vec<f64> {
    let mut out = Vec::new();
    value.write(&mut out);
    out
}

/// [`Sample::read`] as a function: a method can't be called on a literal whose type is still open.
pub fn read<T: Sample>(template: &T, source: &mut &[f64]) -> T {
    template.read(source)
}

/// [`Sample::tangent`] as a function.
pub fn tangent<T: Sample>(template: &T, source: &mut &[f64]) -> T::Tangent {
    template.tangent(source)
}

/// A tangent whose numbers are all `number`: a gradient buffer before it is used.
pub fn same<T: Sample>(template: &T, number: f64) -> T::Tangent {
    let numbers = vec![number; flatten(template).len()];
    template.tangent(&mut &numbers[..])
}

/// Replaces every number by NaN, as a caller may who needs the buffer for something else.
pub fn overwrite<T: Sample>(place: &mut T) {
    let numbers = vec![f64::NAN; flatten(place).len()];
    *place = place.read(&mut &numbers[..]);
}

fn next(source: &mut &[f64]) -> f64 {
    let (first, rest) = source.split_first().expect("as many numbers as the template has");
    *source = rest;
    *first
}

macro_rules! float {
    ($float:ident) => {
        impl Flat for $float {
            fn write(&self, out: &mut Vec<f64>) {
                out.push(f64::from(*self));
            }
        }

        impl Sample for $float {
            type Tangent = Self;
            const EPSILON: f64 = $float::EPSILON as f64;
            fn read(&self, source: &mut &[f64]) -> Self {
                next(source) as $float
            }
            fn tangent(&self, source: &mut &[f64]) -> Self {
                self.read(source)
            }
        }
    };
}
float!(f32);
float!(f64);

impl<T: Flat, const N: usize> Flat for [T; N] {
    fn write(&self, out: &mut Vec<f64>) {
        self.iter().for_each(|element| element.write(out));
    }
}

impl<T: Sample, const N: usize> Sample for [T; N] {
    type Tangent = [T::Tangent; N];
    const EPSILON: f64 = T::EPSILON;
    fn read(&self, source: &mut &[f64]) -> Self {
        std::array::from_fn(|i| self[i].read(source))
    }
    fn tangent(&self, source: &mut &[f64]) -> Self::Tangent {
        std::array::from_fn(|i| self[i].tangent(source))
    }
}

impl<T: Flat> Flat for Vec<T> {
    fn write(&self, out: &mut Vec<f64>) {
        self.iter().for_each(|element| element.write(out));
    }
}

impl<T: Sample> Sample for Vec<T> {
    type Tangent = Vec<T::Tangent>;
    const EPSILON: f64 = T::EPSILON;
    fn read(&self, source: &mut &[f64]) -> Self {
        self.iter().map(|element| element.read(source)).collect()
    }
    fn tangent(&self, source: &mut &[f64]) -> Self::Tangent {
        self.iter().map(|element| element.tangent(source)).collect()
    }
}

impl Flat for () {
    fn write(&self, _out: &mut Vec<f64>) {}
}

macro_rules! tuple {
    ($($name:ident $index:tt)+) => {
        impl<$($name: Flat),+> Flat for ($($name,)+) {
            fn write(&self, out: &mut Vec<f64>) {
                $(self.$index.write(out);)+
            }
        }

        impl<$($name: Sample),+> Sample for ($($name,)+) {
            type Tangent = ($($name::Tangent,)+);
            const EPSILON: f64 = {
                let mut largest = 0.0;
                $(if $name::EPSILON > largest { largest = $name::EPSILON; })+
                largest
            };
            fn read(&self, source: &mut &[f64]) -> Self {
                ($(self.$index.read(source),)+)
            }
            fn tangent(&self, source: &mut &[f64]) -> Self::Tangent {
                ($(self.$index.tangent(source),)+)
            }
        }
    };
}
tuple!(A 0);
tuple!(A 0 B 1);
tuple!(A 0 B 1 C 2);
tuple!(A 0 B 1 C 2 D 3);
tuple!(A 0 B 1 C 2 D 3 E 4);
tuple!(A 0 B 1 C 2 D 3 E 4 F 5);
