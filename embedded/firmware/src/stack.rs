//! How deep a call goes: paints the free stack, calls, and looks for the deepest word that has changed.
#![allow(unsafe_code, reason = "the paint lies outside every object")]

use core::ptr;

use cortex_m::register::msp;

const PAINT: u32 = 0xa5a5_5a5a;

/// The bytes of stack that `call` uses, its return address included.
///
/// Nothing interrupts this program, and the optimizer leaves no calls in the two loops: so the words below the stack
/// pointer belong to nobody until `call` runs.
#[inline(never)]
pub fn depth(call: impl FnOnce()) -> usize {
    let bottom = cortex_m_rt::heap_start();
    let top = ptr::with_exposed_provenance_mut::<u32>(msp::read() as usize);
    let mut word = bottom;
    while word < top {
        // SAFETY: between the end of the statics and the stack pointer there is RAM that no object lies in.
        unsafe {
            ptr::write_volatile(word, PAINT);
            word = word.add(1);
        }
    }
    call();
    let mut word = bottom;
    // SAFETY: as above; all of it was written by the loop above or by `call`.
    while word < top && unsafe { ptr::read_volatile(word) } == PAINT {
        word = word.wrapping_add(1);
    }
    top.addr() - word.addr()
}
