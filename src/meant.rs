//! What a text was meant to be that does not parse. A broken file of no known format is someone
//! else's, and there is no tree to tell it by: its lines must do.

use std::collections::HashSet;

/// Keys that together belong to one format: those at the beginning of a line, and those anywhere below.
struct Sign {
    top: &'static [&'static str],
    below: &'static [&'static str],
}

#[rustfmt::skip] // one a line, as it grows
const SIGNS: [Sign; 23] = [
    Sign { top: &["model_list"], below: &["litellm_params"] },
    Sign { top: &["litellm_settings"], below: &[] },
    Sign { top: &["llm_type", "llm_url"], below: &[] },
    Sign { top: &["name", "system_prompt", "max_loops"], below: &[] },
    Sign { top: &["name", "system_prompt", "garrison"], below: &[] },
    Sign { top: &["name", "system_prompt", "arsenal"], below: &[] },
    Sign { top: &[], below: &["role", "goal", "backstory"] },
    Sign { top: &[], below: &["description", "expected_output", "agent"] },
    Sign { top: &["name", "agent_class"], below: &[] },
    Sign { top: &["kind", "name", "protocols", "environmentVariables"], below: &[] },
    Sign { top: &["models", "rails"], below: &["flows"] },
    Sign { top: &["receivers", "exporters", "service"], below: &["pipelines"] },
    Sign { top: &["receivers", "route"], below: &["receiver"] },
    Sign { top: &["scrape_configs", "global"], below: &["job_name"] },
    Sign { top: &["groups"], below: &["alert", "expr"] },
    Sign { top: &["groups"], below: &["record", "expr"] },
    Sign { top: &["binds"], below: &["listeners", "backends"] },
    Sign { top: &["real_world_integration"], below: &[] },
    Sign { top: &["security_validation"], below: &["automated_scans"] },
    Sign { top: &["performance_gates"], below: &["metrics"] },
    Sign { top: &["load_test_requirements"], below: &[] },
    Sign { top: &["canary_config"], below: &["initial_deployment"] },
    Sign { top: &["feedback_evaluation_loop"], below: &[] },
];

/// Whether the broken YAML was meant as a configuration of agents, as alerts or as a release policy.
pub(crate) fn is_known(text: &str) -> bool {
    let is_jinja = |line: &str| {
        let code = line.trim_start();
        code.starts_with("{%") || code.starts_with("{#") || code.starts_with("<%")
    };
    if text.lines().any(is_jinja) {
        return false;
    }
    let (mut top, mut below) = (HashSet::new(), HashSet::new());
    for (key, is_top) in text.lines().filter_map(key) {
        if is_top {
            top.insert(key)
        } else {
            below.insert(key)
        };
    }
    SIGNS.iter().any(|sign| {
        sign.top.iter().all(|key| top.contains(key))
            && sign.below.iter().all(|key| below.contains(key))
    })
}

/// The key that a line begins with, and whether it is one of the document's own.
fn key(line: &str) -> Option<(&str, bool)> {
    let line = line.strip_prefix('\u{feff}').unwrap_or(line);
    let code = line.trim_start_matches([' ', '\t', '-', '{']);
    let (key, rest) = code.split_once(':')?;
    let key = key.trim_matches(['"', '\'']);
    let is_one = key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let ends = rest.is_empty() || rest.starts_with([' ', '\t']);
    (is_one && ends && !key.is_empty()).then_some((key, code.len() == line.len()))
}

#[cfg(test)]
mod tests {
    use super::is_known;

    #[test]
    fn keys_of_one_format_tell_it() {
        let cases = [
            ("model_list:\n  - model_name: m\n    litellm_params: {model: [\n", true),
            ("groups:\n- name: a\n  rules:\n  - alert: Down\n    expr: up == 0\n    x: {\n", true),
            ("llm_type: openai\r\nllm_url: http://x\r\nserver: {port\r\n", true),
            ("writer:\n  role: r\n  goal: g\n  backstory: [\n", true),
            ("\u{feff}receivers:\n- name: a\nroute: {\n  receiver: a\n", true),
            ("route:\n- name: a\nmodels: {\n", false),
            ("# model_list:\n# litellm_settings:\nx: {\n", false),
            ("model_list:\n- a\nx: {\n", false),
            ("{% if gpu %}\nlitellm_settings:\n{% endif %}\n", false),
            ("spec:\n  llm_type: openai\n  llm_url: [\n", false),
        ];
        for (text, expected) in cases {
            assert_eq!(is_known(text), expected, "{text}");
        }
    }
}
