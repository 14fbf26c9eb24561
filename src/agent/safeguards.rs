//! What stands between an integration and the real world.

use std::fmt;

use super::{Because, Setting};

/// What stands between an integration and the real world.
#[derive(Debug, Default)]
pub(crate) struct Safeguards<'t> {
    /// Whether the integration is meant to act at all.
    pub(in crate::agent) enabled: Setting<'t, bool>,
    /// Whether it only pretends to.
    pub(crate) dry_run: Setting<'t, bool>,
    /// From which amount on a person must agree.
    pub(crate) approval_threshold: Setting<'t, f64>,
    /// Where actions wait for that person.
    pub(crate) review_endpoint: Setting<'t, &'t str>,
    pub(crate) monitoring: Setting<'t, bool>,
    pub(crate) auto_rollback: Setting<'t, bool>,
    pub(crate) rollback_webhook: Setting<'t, &'t str>,
    pub(crate) fail_on_violation: Setting<'t, bool>,
    /// Whether there is a marketplace that it is connected to.
    pub(in crate::agent) adapter: Setting<'t, bool>,
    /// How far a price may move in a day.
    pub(crate) price_change: Setting<'t, f64>,
    pub(in crate::agent) price_unit: Option<ShareUnit>,
}

/// What one is the whole of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ShareUnit {
    /// 0.15 is 15 %.
    Fraction,
    /// 15 is 15 %.
    Percent,
}

impl fmt::Display for ShareUnit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ShareUnit::Fraction => "a fraction",
            ShareUnit::Percent => "a percentage",
        })
    }
}

/// A limit that was written in the other unit.
#[derive(Debug)]
pub(crate) struct Mistaken<'t> {
    pub(crate) because: Because<'t>,
    /// What the number is taken for.
    pub(crate) taken_for: ShareUnit,
    /// The limit that it is then, in percent.
    pub(crate) percent: f64,
    /// The same number in the unit that is read.
    pub(crate) meant: f64,
}

impl<'t> Safeguards<'t> {
    /// What lets the integration act on the real world, if it does.
    pub(crate) fn live(&self) -> Option<Because<'t>> {
        if self.enabled.value()? { self.dry_run.off() } else { None }
    }

    /// What keeps the integration from acting on the real world, if anything does.
    pub(crate) fn pretends(&self) -> Option<Because<'t>> {
        self.enabled.off().or_else(|| self.dry_run.on())
    }

    /// Whether the integration is switched off, so that nothing stands in question.
    pub(crate) fn is_off(&self) -> bool {
        self.enabled.off().is_some()
    }

    /// What promises that a critical alert undoes the agent's actions, if anything does.
    pub(crate) fn automatic_rollback(&self) -> Option<Because<'t>> {
        if self.enabled.off().is_some() { None } else { self.auto_rollback.on() }
    }

    /// Why a live integration acts on nothing, if no marketplace is connected.
    pub(crate) fn unconnected(&self) -> Option<Because<'t>> {
        self.adapter.off()
    }

    /// What to say where nobody says whether a critical alert undoes the agent's actions.
    pub(crate) fn rollback_unstated(&self) -> Option<Because<'t>> {
        self.auto_rollback.unset()
    }

    /// The limit of price changes, if it was written in the other unit. Nothing can move by more
    /// than the whole of a fraction, and nobody limits prices to less than one percent a day.
    pub(crate) fn mistaken_limit(&self) -> Option<Mistaken<'t>> {
        let taken_for = self.price_unit?;
        let number = self.price_change.value()?;
        let (wrong, percent, meant) = match taken_for {
            ShareUnit::Fraction => (number > 1.0, number * 100.0, number / 100.0),
            ShareUnit::Percent => (number > 0.0 && number <= 1.0, number, number * 100.0),
        };
        let because = self.price_change.said(|_| wrong)?;
        Some(Mistaken { because, taken_for, percent, meant })
    }
}
