use crate::agent::tests::{format_of, read};
use crate::agent::{Backend, StateKind};
use crate::schema::FaultKind;

const SERVER: &str = "llm_type: openai\nllm_url: https://api.openai.com/v1\nserver: {port: 1}\n";

#[test]
fn the_application_is_told_by_its_own_sections() {
    for text in [
        SERVER,
        "paladin: {default_model: a}\narsenal: {mcp_servers: []}",
        "llm: {default_provider: openai}\ngarrison: {garrison_type: sqlite}",
        "citadel: {state_dir: ./a}\nsanctum: {adapter_type: qdrant}",
    ] {
        assert_eq!(format_of(text), Some("Paladin"), "{text}");
    }
    for text in [
        // A game
        "garrison: {size: 10}\narsenal: {swords: 4}\nciv: rome",
        "garrison: {garrison_type: sqlite}",
        "llm: {default_provider: openai}\ncache: {ttl: 5}",
        "llm_type: openai\nserver: {port: 1}",
    ] {
        assert_eq!(format_of(text), None, "{text}");
    }
}

#[test]
fn agents_are_told_in_both_dialects() {
    for text in [
        "name: a\nsystem_prompt: b\nmodel: gpt-4o\nprovider: {type: anthropic}",
        "name: a\nsystem_prompt: b\nllm: {provider: openai, model: gpt-4o}\nmax_loops: 3",
        // Its memory and tools are those of an application too.
        "name: a\nsystem_prompt: b\nmodel: c\nprovider: {type: openai}\n\
         garrison: {garrison_type: sqlite}\narsenal: {mcp_servers: []}",
    ] {
        assert_eq!(format_of(text), Some("Paladin agent"), "{text}");
    }
    for text in [
        "name: a\nsystem_prompt: b\nmodel: gpt-4o",
        "name: a\nsystem_prompt: b\nmodel: gpt-4o\nprovider: {type: bedrock}",
        "name: a\nsystem_prompt: b\nmodel: gpt-4o\nprovider: openai",
        "name: a\nsystem_prompt: b\nllm: {provider: openai, model: gpt-4o}",
        "name: a\nmodel: gpt-4o\nprovider: {type: openai}",
    ] {
        assert_eq!(format_of(text), None, "{text}");
    }
}

#[test]
fn battalions_are_told_by_their_type_and_members() {
    let member = "{inline: {name: a, system_prompt: b}}";
    for text in [
        format!("type: conclave\nexperts: [{member}]\naggregator: {member}"),
        format!("type: campaign\nnodes: [{{id: a, paladin: {member}}}]\nedges: []"),
        format!("type: chain-of-command\ncommander: {member}"),
        format!("type: grove\ntrees: [{{name: a, agents: [{member}]}}]"),
        "type: formation\npaladins: [a.yaml, b.yaml]".to_owned(),
    ] {
        assert_eq!(format_of(&text), Some("Paladin battalion"), "{text}");
    }
    for text in [
        "type: campaign\nname: spring sale\nnodes: [{id: a}]\nedges: []",
        "type: council\nparticipants: [{name: Ann}]",
        "type: squad\npaladins: [a.yaml]",
    ] {
        assert_eq!(format_of(text), None, "{text}");
    }
}

#[test]
fn battalions_name_what_is_in_them() {
    let dangling = |text: &str| {
        read(text, |agent| {
            let dangling = agent.references.iter().filter(|it| it.is_dangling());
            dangling.map(|it| (it.kind, it.at.text().to_owned())).collect::<Vec<_>>()
        })
    };
    let paladin = "paladin: {inline: {name: a, system_prompt: b, provider: {type: opnai}}}";
    let text = format!(
        "type: campaign\nnodes: [{{id: plan, {paladin}}}, {{id: write, paladin: w.yaml}}]\n\
         edges: [{{from: plan, to: write}}, {{from: write, to: reviw}}]\nstart_node: start"
    );
    assert_eq!(
        dangling(&text),
        [("provider", "opnai".into()), ("node", "reviw".into()), ("node", "start".into())]
    );
    assert_eq!(dangling(&text.replace("id: plan", "name: plan")).len(), 1, "not all are known");
}

#[test]
fn the_default_provider_has_a_section_where_there_are_sections() {
    let dangling = |llm: &str| {
        read(&format!("{SERVER}llm: {llm}"), |agent| {
            agent.references.iter().filter(|it| it.is_dangling()).count()
        })
    };
    assert_eq!(dangling("{default_provider: gemini}"), 0);
    assert_eq!(dangling("{default_provider: openai, openai: {max_retries: 1}}"), 0);
    assert_eq!(dangling("{default_provider: '${PROVIDER}', openai: {}}"), 0);
    assert_eq!(dangling("{default_provider: opnai}"), 1);
    assert_eq!(dangling("{default_provider: openai, anthropic: {}, batching: {}}"), 1);
}

#[test]
fn memory_says_where_it_is_kept_in_every_dialect() {
    let kept = |garrison: &str| {
        read(&format!("{SERVER}garrison: {garrison}"), |agent| {
            let memory = agent.states.iter().find(|state| state.kind == StateKind::Memory);
            memory.and_then(|memory| memory.backend.value())
        })
    };
    assert_eq!(kept("{max_entries: 5}"), Some(Backend::Process));
    assert_eq!(kept("{garrison_type: sqlite}"), Some(Backend::File));
    assert_eq!(kept("{type: in_memory}"), Some(Backend::Process));
    assert_eq!(kept("{type: semantic, backend: qdrant}"), None);
    assert_eq!(kept("{garrison_type: '${TYPE}'}"), None);
    read(SERVER, |agent| assert!(agent.states.is_empty()));
}

#[test]
fn roles_are_read_in_each_way_of_writing_them() {
    let text = format!(
        "{SERVER}rbac:\n  roles:\n  - admin: ['*']\n  - name: viewer\n    permissions: [a, b]\n  \
         - user: c\nauth: {{scopes: [d]}}"
    );
    read(&text, |agent| {
        let roles = agent.access.roles.iter().map(|role| {
            let permissions: Vec<_> = role.permissions.iter().map(|it| it.text()).collect();
            (role.name, permissions.join(" "))
        });
        let wanted = [("admin", "*"), ("viewer", "a b"), ("user", "c"), ("auth.scopes", "d")];
        assert_eq!(roles.collect::<Vec<_>>(), wanted.map(|(name, may)| (name, may.to_owned())));
    });
}

#[test]
fn spans_of_time_are_seconds() {
    let text = format!(
        "{SERVER}llm: {{timeout: 30s, max_retries: 3, batching: {{max_wait_time: 100ms}}}}\n\
         cache: {{ttl: 1h}}"
    );
    read(&text, |agent| {
        assert_eq!(agent.calls.first().unwrap().timeout.value(), Some(30.0));
        assert_eq!(agent.batches.first().unwrap().wait.value(), Some(0.1));
        assert_eq!(agent.states.first().unwrap().ttl.value(), Some(3_600.0));
        assert!(agent.faults().is_empty());
    });
}

#[test]
fn values_of_a_wrong_kind_are_faults_and_unknown_keys_are_not() {
    let faults = |rest: &str| {
        read(&format!("{SERVER}{rest}"), |agent| {
            let faults = agent.faults().into_iter();
            faults.map(|it| (it.kind, it.field)).collect::<Vec<_>>()
        })
    };
    assert_eq!(faults("colour: red\nhttp: {auth: {enabled: 'true'}}"), []);
    assert_eq!(
        faults(
            "agents: [{id: a, model: b}]\narsenal: {mcp_servers: [{name: a, server_type: sse}]}"
        ),
        [
            (FaultKind::Missing, "agents[0]".to_owned()),
            (FaultKind::Misfit, "arsenal.mcp_servers[0].server_type".to_owned()),
        ]
    );
}

#[test]
fn the_storage_has_a_login_that_everybody_knows_unless_it_says_another() {
    let password = |text: &str| {
        read(&format!("{SERVER}{text}"), |agent| {
            agent.logins.first().and_then(|login| login.password.value().map(str::to_owned))
        })
    };
    assert_eq!(password(""), None);
    assert_eq!(password("file_storage: {minio_bucket: a}").as_deref(), Some("minioadmin"));
    assert_eq!(password("file_storage: {minio_secret_key: '${KEY}'}"), None);
}
