//! What the program needs of the board: its argument, the ways out, and a counter of instructions.
#![allow(unsafe_code, reason = "this is where the program touches the machine")]

use core::{arch::asm, hint::black_box, panic::PanicInfo};

use cortex_m::peripheral::{SYST, syst::SystClkSource};
use cortex_m_rt::{ExceptionFrame, exception};
use cortex_m_semihosting::{debug, heprintln, nr, syscall};

/// What the program was started to do.
#[derive(Clone, Copy, PartialEq)]
pub enum Request {
    /// Calibrate, check, measure.
    Run,
    /// The same with one spoilt gradient, which must be found.
    Wrong,
    /// Panic, which must end the program with a failure.
    Panic,
    /// Cause a hard fault, which must as well.
    Fault,
}

/// Reads the request from the end of the command line that the emulator was given for the program.
pub fn request() -> Request {
    let mut line = [0u8; 256];
    let block = [line.as_mut_ptr() as usize, line.len()];
    // SAFETY: the block is what this call expects, a buffer and its length, and the host writes within them.
    let status = unsafe { syscall(nr::GET_CMDLINE, black_box(&block)) };
    let end = black_box(&line).iter().position(|byte| *byte == 0).unwrap_or(line.len());
    let words = line[..end].rsplit(|byte| *byte == b' ');
    match (status, words.take(1).next()) {
        (0, Some(b"wrong")) => Request::Wrong,
        (0, Some(b"panic")) => Request::Panic,
        (0, Some(b"fault")) => Request::Fault,
        _ => Request::Run,
    }
}

/// Ends the program.
pub fn leave(success: bool) -> ! {
    debug::exit(if success { debug::EXIT_SUCCESS } else { debug::EXIT_FAILURE });
    loop {
        cortex_m::asm::wfi();
    }
}

#[panic_handler]
fn panicked(panic: &PanicInfo) -> ! {
    heprintln!("{panic}");
    leave(false)
}

#[exception]
unsafe fn HardFault(frame: &ExceptionFrame) -> ! {
    heprintln!("hard fault at {:#010x}", frame.pc());
    leave(false)
}

/// Counts instructions by the system timer of an emulator that gives each of them 64 ns.
///
/// The emulated timer ticks at 25 MHz, so 5 instructions take 8 ticks. (On a real board the timer counts cycles.)
pub struct Counter {
    timer: SYST,
    overhead: u32,
}

impl Counter {
    /// Starts the counter, and holds it against a thousand instructions; `None` where it counts something else.
    pub fn new(mut timer: SYST) -> Option<Self> {
        timer.set_clock_source(SystClkSource::Core);
        timer.set_reload(0x00ff_ffff);
        timer.clear_current();
        timer.enable_counter();
        let mut counter = Self { timer, overhead: 0 };
        counter.overhead = counter.count(|| ())?;
        // SAFETY: a thousand times nothing.
        let thousand = counter.count(|| unsafe {
            asm!(".rept 1000", "nop", ".endr", options(nomem, nostack, preserves_flags));
        });
        thousand.filter(|count| count.abs_diff(1000) <= 2).map(|_| counter)
    }

    /// How many instructions `work` takes, to within two; `None` where that is more than the timer holds (10 million).
    pub fn count(&mut self, work: impl FnOnce()) -> Option<u32> {
        self.timer.clear_current();
        // The first tick loads the counter, and sets no flag.
        while SYST::get_current() == 0 {}
        let _ = self.timer.has_wrapped();
        let start = SYST::get_current();
        work();
        let ticks = start.wrapping_sub(SYST::get_current()) & 0x00ff_ffff;
        let complete = !self.timer.has_wrapped();
        complete.then(|| (ticks * 5 / 8).saturating_sub(self.overhead))
    }
}
