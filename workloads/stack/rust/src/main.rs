// A square root and a remainder for every number below the one that is given.
fn main() {
    let last: u64 = std::env::args()
        .nth(1)
        .and_then(|text| text.parse().ok())
        .unwrap_or(1_000_000);
    let total: f64 = (0..last).map(|n| (n as f64).sqrt() + (n % 7) as f64).sum();
    println!("{total:.6}");
}
