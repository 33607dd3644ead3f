//! Pseudo-random numbers that are the same on every machine.

/// `SplitMix64` (Steele, Lea and Flood, 2014): a counter, hashed.
pub struct Random(u64);

impl Random {
    /// A generator that always gives the same sequence for one seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from -1 to 1 that `f32` holds exactly, so that both precisions see the same one.
    pub fn coefficient(&mut self) -> f64 {
        let small = i32::try_from(self.bits() % 2001).unwrap_or(0) - 1000;
        f64::from(small) / 1024.0
    }

    /// Such numbers for every element of a vector.
    pub fn vector(&mut self, length: usize) -> Vec<f64> {
        (0..length).map(|_| self.coefficient()).collect()
    }
}
