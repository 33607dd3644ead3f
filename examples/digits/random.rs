//! Random numbers that a seed repeats on every machine.

/// The xorshift64* generator (S. Vigna, 2016).
pub struct Random(u64);

impl Random {
    /// A generator whose sequence `seed` decides.
    pub fn new(seed: u64) -> Self {
        // The state must not be zero; the multiplication spreads small seeds over all bits.
        let mut random = Self(seed.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        // Seeds that differ in a few bits start alike; after some rounds they don't.
        for _ in 0..8 {
            random.next();
        }
        random
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    /// A number from `-limit` to `limit`.
    pub fn within(&mut self, limit: f64) -> f64 {
        let high = u32::try_from(self.next() >> 32).unwrap_or(u32::MAX);
        limit * (2.0 * f64::from(high) / f64::from(u32::MAX) - 1.0)
    }

    /// Puts the items in random order (Fisher and Yates).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let bound = last as u64 + 1;
            let chosen = usize::try_from(self.next() % bound).unwrap_or(0);
            items.swap(last, chosen);
        }
    }
}
