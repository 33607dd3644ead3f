//! Programs of all kinds that the lowering has to take.

/// One function each.
pub const PROGRAMS: &[&str] = &[
    "fn f(x: f64, y: f64) -> f64 { (1.0 - x).powi(2) + 100.0 * (y - x * x).powi(2) }",
    "fn f(x: f64, n: usize) -> f64 { let mut r = 1.0; for i in 0..n { if i % 2 == 0 { continue; } if r > 50.0 { break; } r *= x; } r }",
    "fn f(x: f64) -> f64 { let mut r = x; let v = loop { r = r * x; if r > 100.0 { break r * 2.0; } }; v + r }",
    "fn f(x: f64) -> f64 { let mut i = 0; let mut r = x; while i < 10 && r < 5.0 { r *= x; i += 1; } r * i as f64 }",
    "fn f(x: f64, n: usize) -> f64 { 'outer: for i in 0..n { for j in 0..n { if i * j > 6 { break 'outer; } if j > i { continue 'outer; } if x > 1.0 { return x * 2.0; } } } x }",
    "fn f(x: f64) -> [f64; 2] { let mut a = [x, x * x]; a[0] = a[1] * 2.0; [a[0], a[1]] = [a[1], a[0]]; if x > 0.0 { a } else { [x, 1.0] } }",
    "fn f(x: f64, y: f64) -> f64 { let mut t = (x, y); t.0 *= t.1; let (a, b) = t; (t.0, _) = (b, a); a + b + t.0 }",
    "fn f(x: &[f64]) -> f64 { x.iter().zip(x.iter().skip(1)).map(|(a, b)| a * b).filter(|v| *v > 0.0).sum::<f64>() }",
    "fn f(x: &[f64]) -> f64 { x.iter().flat_map(|a| x.iter().map(move |b| a * b)).take_while(|v| *v < 9.0).fold(0.0, |p, q| p + q) }",
    "fn f(x: &mut [f64], a: f64) { for v in x.iter_mut() { *v *= a; } x.swap(0, 1); let (l, r) = x.split_at_mut(1); l[0] += r[0]; x[1..].fill(a); }",
    "fn f(x: f64, n: i32) -> f64 { match n { k if k < 0 => -x, 0 if x > 1.0 => x * x, 1..=3 | 7 => x.powi(n), _ => return x } }",
    "fn f(x: &[f64]) -> f64 { match x { [] => 0.0, [a] => a * a, [a, .., b] => a * b } }",
    "fn f(x: f64, #[constant] n: Option<usize>) -> f64 { let Some(n) = n else { return x; }; if let Some(k) = Some(n) && k > 2 { return x * x; } x * n as f64 }",
    "fn f(shape: &Shape) -> f64 { match shape { Shape::Circle { radius } => radius * radius, Shape::Rect(a, b) => a * b, Shape::Point => 0.0 } }",
    "fn f(x: &[f64]) -> f64 { let m = x.iter().copied().max_by(|a, b| a.total_cmp(b)).unwrap(); m * x.last().unwrap() + x.get(1).copied().unwrap_or(0.5) }",
    "fn f(x: f64) -> Vec<f64> { let mut v = Vec::new(); for i in 0..5 { v.push(x * i as f64); } while let Some(t) = v.pop() { if t < x { break; } } v }",
    "fn f(x: [f64; 3]) -> [f64; 3] { let y = x.map(|v| v * v); std::array::from_fn(|i| y[i] + x[0]) }",
    "fn f(mut p: P, x: f64) -> P { p.a = p.a * p.b[0]; p.b[1] *= x; let q = P { a: x, ..p }; P { a: q.a, b: [x, x] } }",
    "fn f(x: f64) -> f64 { let mut total = x; let mut add = |v: f64| { total = total * v + v; total }; let a = add(x); let b = add(a * 0.5); total * b }",
    "fn f(x: f64, y: f64) -> f64 { let r: f64 = g(x, &y); assert!(r > 0.0, \"no {}\", r); println!(\"{x}\"); h(r) * stop_gradient(x) }",
];
