//! Prints what was measured.

use crate::measure::Timing;

/// Prints a kernel's block: one line per variant, with its ratio to the value and to the derivative by hand.
pub fn print(kernel: &str, known: &str, timings: &[Timing], counts: &[Option<u64>]) {
    println!("{kernel}  (known when compiled: {known})");
    let hand = timings.iter().find(|timing| timing.variant == "by hand").map(|timing| timing.ratio);
    for (timing, count) in timings.iter().zip(counts) {
        // The value itself isn't a derivative, so a ratio to the one by hand would say nothing.
        let hand = hand.filter(|_| timing.variant != "value");
        let by_hand = hand.map_or(" ".repeat(9), |hand| format!("{:>9.2}", timing.ratio / hand));
        let count = count.map_or(String::new(), |count| format!("{count:>14}"));
        println!(
            "  {:<12}{:>11}{:>9.2}{by_hand}{count}",
            timing.variant,
            time(timing.nanoseconds),
            timing.ratio
        );
    }
    println!();
}

/// Prints what the columns mean.
pub fn print_head(counts: bool) {
    let count = if counts { "  instructions" } else { "" };
    println!("  {:<12}{:>11}{:>9}{:>9}{count}", "", "time", "/ value", "/ hand");
}

fn time(nanoseconds: f64) -> String {
    let (scale, unit) = match nanoseconds {
        0.0..1e3 => (1.0, "ns"),
        1e3..1e6 => (1e3, "us"),
        _ => (1e6, "ms"),
    };
    let digits = if nanoseconds / scale < 10.0 { 2 } else { 1 };
    format!("{:.digits$} {unit}", nanoseconds / scale)
}
