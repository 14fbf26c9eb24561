//! A number of pods, given as such or as a percentage of all.

use crate::tree::Node;

/// `3` or `25%`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Share {
    Pods(i64),
    Percent(i64),
}

impl Share {
    /// What a value stands for; nothing for a placeholder.
    pub(crate) fn of(node: Node<'_>) -> Option<Self> {
        let percent = || node.as_str()?.strip_suffix('%')?.parse().ok().map(Share::Percent);
        node.as_int().map(Share::Pods).or_else(percent)
    }

    pub(crate) fn is_zero(self) -> bool {
        matches!(self, Share::Pods(0) | Share::Percent(0))
    }

    /// How many of `all` that is, where a part of a pod counts as one.
    pub(crate) fn rounded_up(self, all: i64) -> i64 {
        match self {
            Share::Pods(pods) => pods,
            Share::Percent(percent) => percent.saturating_mul(all).saturating_add(99) / 100,
        }
    }

    /// How many of `all` that is, where a part of a pod counts as none.
    pub(crate) fn rounded_down(self, all: i64) -> i64 {
        match self {
            Share::Pods(pods) => pods,
            Share::Percent(percent) => percent.saturating_mul(all) / 100,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Share;

    #[test]
    fn parts_of_a_pod() {
        let quarter = Share::Percent(25);
        for (all, up, down) in [(0, 0, 0), (1, 1, 0), (3, 1, 0), (4, 1, 1), (5, 2, 1), (8, 2, 2)] {
            assert_eq!((quarter.rounded_up(all), quarter.rounded_down(all)), (up, down), "{all}");
        }
        assert_eq!(Share::Pods(2).rounded_up(1), 2);
        assert!(Share::Percent(0).is_zero() && !Share::Percent(1).is_zero());
    }
}
