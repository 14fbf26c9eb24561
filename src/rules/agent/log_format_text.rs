use crate::agent::AgentConfig;
use crate::log::{is_text_format, json_in_variable, json_like};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    let format = &agent.logs.format;
    let Some(text) = format.when(is_text_format) else { return };
    let variable = agent.logs.format_variable.filter(|_| !text.stated);
    let says_json = |name: &str, value: &str| json_in_variable(name, value) == Some(true);
    if variable.is_some_and(|it| cx.project().may_be_given(agent, it, |value| says_json(it, value)))
    {
        return;
    }
    let found = cx
        .report(text.at, format!("logs are written for people, not for machines: {}", text.text))
        .help("lines of JSON can be searched by field and joined by trace; text must be guessed apart");
    if let Some(word) = format.value() {
        found
            .unsafe_fix("log JSON, if nothing reads the old lines", || format.set(json_like(word)));
    }
}
