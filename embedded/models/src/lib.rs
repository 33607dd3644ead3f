//! What the firmware differentiates, without an allocator or the standard library.
#![no_std]
#![forbid(unsafe_code)]

pub mod by_hand;
pub mod magnetometer;
pub mod recording;
pub mod rollout;
pub mod small;
