use crate::agent::tests::{format_of, read};
use crate::agent::{Backend, StateKind};
use crate::schema::FaultKind;

fn faults(text: &str) -> Vec<(FaultKind, String)> {
    read(text, |agent| agent.faults().into_iter().map(|it| (it.kind, it.field)).collect())
}

#[test]
fn infrastructure_is_told_by_its_sections() {
    for text in [
        "infrastructure_system: {enabled: true}",
        "distributed_simulation: {event_bus_type: kafka}",
        "llm_orchestration: {caching: {cache_backend: redis}}",
    ] {
        assert_eq!(format_of(text), Some("FBA infrastructure"), "{text}");
    }
    for text in [
        "infrastructure_system: linux",
        "distributed_simulation: {nodes: 4}",
        "llm_orchestration: {framework: langchain}",
        "resource_management: {min_agent_runners: 1}",
        "performance_monitoring: {enabled: true, export_formats: [json]}",
    ] {
        assert_eq!(format_of(text), None, "{text}");
    }
}

#[test]
fn environments_are_told_by_three_sections() {
    let text = "environment: {deterministic: true}\nexecution: {timeout: 5}\n\
                validation: {reproducibility_check: true}";
    assert_eq!(format_of(text), Some("FBA environment"));
    for text in [
        "environment: {deterministic: true}\nexecution: {timeout: 5}",
        "environment: production\nexecution: {timeout: 5}\nvalidation: {reproducibility_check: true}",
        // A benchmark, not where it runs.
        &format!("benchmark_id: a\nscenarios: []\n{text}"),
    ] {
        assert_eq!(format_of(text), None, "{text}");
    }
}

#[test]
fn only_sections_that_are_there_have_defaults() {
    let states = |text: &str| {
        read(text, |agent| {
            let all = agent.states.iter().filter(|state| state.is_used());
            all.map(|state| (state.kind, state.backend.value())).collect::<Vec<_>>()
        })
    };
    assert_eq!(states("infrastructure_system: {enabled: true}"), []);
    let whole = "infrastructure_system: {distributed_simulation: {}, llm_orchestration: {}}";
    assert_eq!(
        states(whole),
        [(StateKind::Queue, Some(Backend::Shared)), (StateKind::Cache, Some(Backend::File))]
    );
    assert_eq!(states(&whole.replace('{', "{enabled: false, ")), []);
    read("distributed_simulation: {event_bus_type: kafka, redis_host: a.io}", |agent| {
        assert!(
            agent.stores.iter().all(|store| store.enabled.off().is_some()),
            "Redis is not used"
        );
    });
}

#[test]
fn the_sections_of_the_loader_are_closed_and_no_others() {
    let loader = "mode: sandbox\nteam: a\nsafety_config: {dry_run_mode: true, max_orders: 5}";
    assert_eq!(faults(loader), [(FaultKind::Unknown, "safety_config.max_orders".to_owned())]);
    let sections = "safety_constraints: {dry_run_mode: true, max_orders: 5}\nteam: a";
    assert_eq!(faults(sections), []);
}

#[test]
fn the_loader_knows_four_modes_in_any_case() {
    let mode = |mode: &str| faults(&format!("mode: {mode}\nsafety_config: {{}}")).len();
    assert_eq!(["Production", "STAGING", "'${MODE}'"].map(mode), [0; 3]);
    assert_eq!(["live", "test", "1"].map(mode), [1; 3]);
}

#[test]
fn limits_of_the_loader_are_those_that_it_checks() {
    let config = "mode: sandbox\nsafety_config: {}\n";
    let with = |rest: &str| faults(&format!("{config}{rest}")).len();
    assert_eq!(
        ["timeout_seconds: 0.5", "max_retries: 0", "timeout_seconds: '5'"].map(with),
        [0; 3]
    );
    assert_eq!(
        ["timeout_seconds: 0", "max_retries: -1", "timeout_seconds: soon"].map(with),
        [1; 3]
    );
}

#[test]
fn one_adapter_is_enough() {
    let connected = |adapters: &str| {
        let text = format!("real_world_integration_system: {{enabled: true, {adapters}}}");
        read(&text, |agent| {
            let safeguards = agent.safeguards.as_ref().unwrap();
            safeguards.unconnected().map(|because| because.text)
        })
    };
    let none = "`marketplace_adapters` is not set".to_owned();
    assert_eq!(connected("safety_constraints: {}"), Some(none));
    let default = "`enabled` is not set and defaults to false".to_owned();
    assert_eq!(connected("marketplace_adapters: {etsy_shop: {shop_id: a}}"), Some(default));
    for adapters in [
        "marketplace_adapters: {a: {enabled: false}, b: {enabled: true}}",
        "marketplace_adapters: {a: {enabled: false}, b: {enabled: '${B}'}}",
        "marketplace_adapters: '${ADAPTERS}'",
        "marketplace_adapter: etsy_shop",
    ] {
        assert_eq!(connected(adapters), None, "{adapters}");
    }
}

#[test]
fn each_shape_has_its_unit() {
    let mistaken = |text: &str| {
        read(text, |agent| {
            let mistaken = agent.safeguards.as_ref().unwrap().mistaken_limit()?;
            Some((mistaken.percent, mistaken.meant))
        })
    };
    let documented = |limit: &str| {
        mistaken(&format!("safety_constraints: {{max_daily_price_change_percent: {limit}}}"))
    };
    let loaded = |limit: &str| {
        mistaken(&format!("mode: a\nsafety_config: {{max_daily_price_change_percent: {limit}}}"))
    };
    assert_eq!(documented("20"), Some((2_000.0, 0.2)));
    assert_eq!(loaded("0.25"), Some((0.25, 25.0)));
    assert_eq!(loaded("1"), Some((1.0, 100.0)));
    for limit in ["0", "0.1", "1", "'${LIMIT}'"] {
        assert_eq!(documented(limit), None, "{limit}");
    }
    for limit in ["0", "1.5", "20"] {
        assert_eq!(loaded(limit), None, "{limit}");
    }
    assert_eq!(mistaken("mode: a\nsafety_config: {}"), None);
}
