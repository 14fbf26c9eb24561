//! `load_test_requirements`: how hard a version is tried before it goes live.

use super::value::{Block, Field, Share, count, number, seconds, share};
use crate::tree::Node;

/// The tests of the guide.
///
/// Source: the evaluation guide, section 21.1.2 ("Load Test Requirements").
pub(crate) const TESTS: [&str; 4] = ["baseline_test", "stress_test", "spike_test", "soak_test"];

/// One number that a test states, or fails to.
#[derive(Debug)]
pub(crate) struct Number<'t> {
    /// The key of the test, and of the number in it.
    pub(crate) test: &'static str,
    pub(crate) name: &'static str,
    pub(crate) value: Field<'t, f64>,
    /// Whether it is seconds.
    pub(crate) is_time: bool,
}

#[derive(Debug)]
pub(crate) struct LoadTests<'t> {
    pub(crate) key: Node<'t>,
    /// The tests of the guide that are not there.
    pub(crate) missing: Vec<&'static str>,
    /// How long and how hard, for each test that is there.
    pub(crate) sizes: Vec<Number<'t>>,
    /// How long the service may take to recover from a spike.
    pub(crate) recovery_time: Option<Field<'t, f64>>,
    /// How much memory may grow in the soak test.
    pub(crate) leak: Option<Field<'t, Share>>,
    /// Times that are bare numbers, each with its key.
    pub(crate) without_unit: Vec<(&'static str, Node<'t>)>,
}

impl<'t> LoadTests<'t> {
    pub(super) fn read(block: Block<'t>) -> Self {
        let mut sizes = Vec::new();
        for (test, key, is_time) in [
            ("baseline_test", "duration", true),
            ("baseline_test", "concurrent_users", false),
            ("baseline_test", "target_rps", false),
            ("stress_test", "duration", true),
            ("stress_test", "concurrent_users", false),
            ("stress_test", "target_rps", false),
            ("spike_test", "spike_users", false),
            ("spike_test", "spike_duration", true),
            ("soak_test", "duration", true),
            ("soak_test", "concurrent_users", false),
        ] {
            let Some(inner) = block.block(test) else { continue };
            let read = if is_time { seconds } else { count };
            sizes.push(Number { test, name: key, value: inner.field(&[key], read), is_time });
        }
        let times = [
            ("baseline_test", "duration"),
            ("stress_test", "duration"),
            ("spike_test", "spike_duration"),
            ("spike_test", "recovery_time"),
            ("soak_test", "duration"),
        ];
        let without_unit = times.into_iter().filter_map(|(test, key)| {
            let value = block.block(test)?.entry(&[key])?.value;
            number(value).map(|_| (key, value))
        });
        let spike = block.block("spike_test");
        let soak = block.block("soak_test");
        LoadTests {
            key: block.grip,
            missing: TESTS.into_iter().filter(|test| block.entry(&[test]).is_none()).collect(),
            sizes,
            recovery_time: spike.map(|spike| spike.field(&["recovery_time"], seconds)),
            leak: soak.map(|soak| soak.field(&["memory_leak_threshold"], share)),
            without_unit: without_unit.collect(),
        }
    }
}
