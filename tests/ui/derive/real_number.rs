use grad_runtime::prelude::*;

fn needs_a_real_number<T: Real>(_value: T) {}

fn main() {
    needs_a_real_number(1_i32);
    is_variable(&std::time::Duration::ZERO, false);
}
