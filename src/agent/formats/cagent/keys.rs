//! The keys of `docker agent`, which refuses all others.

use crate::schema::Shape::{
    self, Any, Bool, Either, Is, List, Map, Nullable, Number, NumberOrText, OneOf, Plain, Text,
};
use crate::schema::{Reader, ScalarKind, fields};

pub(super) static READER: Reader = Reader {
    is_open: |text| text.contains("${") || text.contains("{{"),
    extensions: Some("x-"),
    refusal: "`docker agent` refuses the file",
    unknown: "`docker agent` refuses the file",
};

/// The keys of the document itself.
pub(super) const ROOT_KEYS: [&str; 15] = [
    "version",
    "providers",
    "agents",
    "models",
    "mcps",
    "rag",
    "commands",
    "skills",
    "toolsets",
    "metadata",
    "permissions",
    "runtime",
    "budget",
    "budgets",
    "flavors",
];

/// `1m30s`
const DURATION: Shape = Is(&ScalarKind {
    wanted: "a duration, such as `30s`",
    fits: |node| {
        let text = node.text();
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | 'µ');
        text == "0"
            || text.starts_with(|c: char| c.is_ascii_digit())
                && text.ends_with(['s', 'm', 'h'])
                && text.chars().all(is_part)
    },
    help: |_| Some("a duration has a unit, such as `30s`"),
});

const NAMES: Shape = List(&Text);

const SAFETY: Shape = OneOf(&["strict", "balanced", "restricted", "autonomous"]);

const DEFER: Shape = Either(&[List(&Text), Bool]);

const LIFECYCLE: Shape = fields! {
    "profile": OneOf(&["resilient", "strict", "best-effort"]),
    "required": Bool,
    "startup_timeout": DURATION,
    "call_timeout": DURATION,
    "restart": OneOf(&["never", "on_failure", "always"]),
    "max_restarts": Number,
    "backoff": fields! {
        "initial": DURATION,
        "max": DURATION,
        "multiplier": Number,
        "jitter": Number,
    },
};

const REMOTE: Shape = fields! {
    "url" !required: Text,
    "transport_type": Text,
    "headers": Map(&Text),
    "oauth": Any,
};

const MCP: Shape = fields! {
    "type": Text,
    "command": Text,
    "args": NAMES,
    "ref": Text,
    "remote": REMOTE,
    "config": Any,
    "version": NumberOrText,
    "env": Map(&Plain),
    "tools": NAMES,
    "instruction": Text,
    "name": Text,
    "defer": DEFER,
    "working_dir": Text,
    "lifecycle": LIFECYCLE,
};

const SCRIPT: Shape = fields! {
    "cmd": Text,
    "description": Text,
    "args": Map(&Any),
    "required": NAMES,
    "env": Map(&Plain),
    "working_dir": Text,
};

const TOOLSET: Shape = fields! {
    "type" !required: OneOf(&[
        "mcp", "mcp_catalog", "script", "think", "memory", "filesystem", "file", "shell",
        "background_jobs", "tasks", "plan", "session_plan", "session_context", "todo", "fetch", "api",
        "a2a", "lsp", "user_prompt", "openapi", "open_url", "model_picker", "background_agents",
        "scheduler", "rag", "git", "webhook",
    ]),
    "instruction": Text,
    "toon": Text,
    "readonly": Bool,
    "model": Text,
    "ref": Text,
    "config": Any,
    "command": Text,
    "remote": REMOTE,
    "args": NAMES,
    "tools": NAMES,
    "env": Map(&Plain),
    "shared": Bool,
    "path": Text,
    "shell": Map(&SCRIPT),
    "post_edit": List(&fields! { "path" !required: Text, "cmd" !required: Text }),
    "api_config": fields! {
        "name" !required: Text,
        "instruction": Text,
        "endpoint" !required: Text,
        "method" !required: OneOf(&["GET", "POST", "PUT", "PATCH", "DELETE"]),
        "headers": Map(&Text),
        "args": Map(&Any),
        "required": NAMES,
        "output_schema": Map(&Any),
    },
    "webhook_config": fields!(open {
        "provider": OneOf(&[
            "slack", "discord", "ifttt", "telegram", "mattermost", "rocketchat", "googlechat",
            "teams", "generic",
        ]),
        "url" !required: Text,
        "headers": Map(&Text),
        "chat_id": NumberOrText,
    }),
    "rag_config": Any,
    "ignore_vcs": Bool,
    "allow_list": NAMES,
    "deny_list": NAMES,
    "defer": DEFER,
    "timeout": Number,
    "allowed_domains": NAMES,
    "blocked_domains": NAMES,
    "allow_private_ips": Bool,
    "sudo_askpass": Bool,
    "recall": Bool,
    "safer": Bool,
    // Of an older version.
    "sandbox": Any,
    "url": Text,
    "headers": Map(&Text),
    "name": Text,
    "file_types": NAMES,
    "allowed_servers": NAMES,
    "blocked_servers": NAMES,
    "models": NAMES,
    "version": NumberOrText,
    "working_dir": Text,
    "lifecycle": LIFECYCLE,
};

const HOOK: Shape = fields! {
    "name": Text,
    "type" !required: OneOf(&["command", "builtin", "model"]),
    "command": Text,
    "args": List(&Plain),
    "timeout": Number,
    "env": Map(&Plain),
    "working_dir": Text,
    "on_error": OneOf(&["warn", "ignore", "block"]),
    "model": Text,
    "prompt": Text,
    "schema": Text,
};

const HOOKS: Shape = List(&HOOK);

const MATCHED: Shape = List(&fields! {
    "matcher": Text,
    "hooks" !required: HOOKS,
    "preempt_yolo": Bool,
});

const AGENT: Shape = fields! {
    "model": Text,
    "fallback": fields! {
        "models": NAMES,
        "retries": Number,
        "cooldown": DURATION,
        // Of an older version.
        "no_fallback_status_codes": List(&Number),
    },
    "description": Text,
    "welcome_message": Text,
    "toolsets": List(&TOOLSET),
    "instruction": Text,
    "instruction_file": Either(&[List(&Text), Text]),
    "harness": fields! {
        "type" !required: OneOf(&["claude-code", "codex", "pi", "opencode"]),
        "model": Text,
        "effort": OneOf(&["low", "medium", "high", "xhigh", "max"]),
        "agent": Text,
        "thinking": Bool,
    },
    "code_mode_tools": Bool,
    "sub_agents": NAMES,
    "handoffs": NAMES,
    "force_handoff": Text,
    "add_date": Bool,
    "add_environment_info": Bool,
    "readonly": Bool,
    "safety": SAFETY,
    "redact_secrets": Bool,
    "max_iterations": Number,
    "budgets": NAMES,
    "max_consecutive_tool_calls": Number,
    "max_old_tool_call_tokens": Number,
    "max_tool_result_tokens": Number,
    "num_history_items": Number,
    "session_compaction": Bool,
    "compaction_threshold": Number,
    "compaction_model": Text,
    "add_prompt_files": NAMES,
    "add_prompt_files_depth": Number,
    "commands": Any,
    "structured_output": fields! {
        "name" !required: Text,
        "description": Text,
        "strict": Bool,
        "mode": OneOf(&["native", "tool"]),
        "schema" !required: Map(&Any),
    },
    "add_description_parameter": Bool,
    "hooks": fields! {
        "pre_tool_use": MATCHED,
        "post_tool_use": MATCHED,
        "permission_request": MATCHED,
        "tool_response_transform": MATCHED,
        "session_start": HOOKS,
        "user_prompt_submit": HOOKS,
        "user_steering_messages_submit": HOOKS,
        "user_followup_submit": HOOKS,
        "turn_start": HOOKS,
        "turn_end": HOOKS,
        "before_llm_call": HOOKS,
        "after_llm_call": HOOKS,
        "session_end": HOOKS,
        "pre_compact": HOOKS,
        "subagent_stop": HOOKS,
        "on_user_input": HOOKS,
        "stop": HOOKS,
        "notification": HOOKS,
        "on_error": HOOKS,
        "on_max_iterations": HOOKS,
        "on_agent_switch": HOOKS,
        "on_session_resume": HOOKS,
        "on_tool_approval_decision": HOOKS,
        "before_compaction": HOOKS,
        "after_compaction": HOOKS,
        "worktree_create": HOOKS,
    },
    "cache": fields! {
        "enabled": Bool,
        "case_sensitive": Bool,
        "trim_spaces": Bool,
        "path": Text,
    },
    // Of an older version.
    "rag": NAMES,
    "skills": Any,
    "use_commands": NAMES,
    "use_skills": NAMES,
    "use_toolsets": NAMES,
};

const TASK_BUDGET: Shape = Either(&[fields! { "type": Text, "total" !required: Number }, Number]);

const MODEL: Shape = fields! {
    "provider": Text,
    "model": Text,
    "description": Text,
    "temperature": Number,
    "max_tokens": Number,
    "top_p": Number,
    "frequency_penalty": Number,
    "presence_penalty": Number,
    "base_url": Text,
    "parallel_tool_calls": Bool,
    "token_key": Text,
    "bypass_models_gateway": Bool,
    "provider_opts": Map(&Any),
    "track_usage": Bool,
    "thinking_budget": NumberOrText,
    "task_budget": TASK_BUDGET,
    "routing": List(&fields! { "model" !required: Text, "examples" !required: List(&Text) }),
    "auth": Any,
    "first_available": NAMES,
    "title_model": Text,
    "compaction_model": Text,
    "compaction_threshold": Number,
    "capabilities": fields! { "image": Bool, "pdf": Bool },
    "cost": fields! {
        "input": Number,
        "output": Number,
        "cache_read": Number,
        "cache_write": Number,
    },
};

const BUDGET: Shape = fields! {
    "max_cost": Number,
    "max_tokens": Number,
    "max_time": DURATION,
};

pub(super) static KEYS: Shape = fields! {
    "version": NumberOrText,
    "providers": Map(&fields! {
        "provider": Text,
        "api_type": OneOf(&["openai_chatcompletions", "openai_responses"]),
        "base_url": Text,
        "token_key": Text,
        "unload_api": Text,
        "temperature": Number,
        "max_tokens": Number,
        "top_p": Number,
        "frequency_penalty": Number,
        "presence_penalty": Number,
        "parallel_tool_calls": Bool,
        "provider_opts": Map(&Any),
        "track_usage": Bool,
        "thinking_budget": NumberOrText,
        "task_budget": TASK_BUDGET,
        "auth": Any,
        "compaction_model": Text,
    }),
    "agents" !required: Map(&AGENT),
    "models": Map(&MODEL),
    "mcps": Map(&MCP),
    "rag": Any,
    "commands": Any,
    "skills": Any,
    "toolsets": Map(&TOOLSET),
    "metadata": fields! {
        "author": Text,
        "license": Text,
        "readme": Text,
        "description": Text,
        "version": NumberOrText,
        "tags": NAMES,
    },
    "permissions": fields! { "allow": NAMES, "ask": NAMES, "deny": NAMES },
    "runtime": fields! { "sandbox": Bool, "network_allowlist": NAMES, "safety": SAFETY },
    "budget": BUDGET,
    "budgets": Map(&BUDGET),
    "flavors": Map(&Nullable(&Any)),
};
