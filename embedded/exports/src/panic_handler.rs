//! The handler that a static library needs to link, and that no gradient should reach.

use core::panic::PanicInfo;

use crate::Parameters;

#[panic_handler]
fn stop(_: &PanicInfo) -> ! {
    loop {}
}

/// One of the parameters: a function that can panic, which the check for panics has to find.
#[inline(never)]
#[unsafe(no_mangle)]
pub extern "C" fn magnetometer_parameter(parameters: &Parameters, index: usize) -> f32 {
    parameters[index]
}
