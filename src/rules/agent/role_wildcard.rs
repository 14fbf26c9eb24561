use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    let admins = cx.words("admin-roles");
    let is_admin = |role: &str| admins.iter().any(|admin| admin.eq_ignore_ascii_case(role));
    for role in agent.access.roles.iter().filter(|role| !is_admin(role.name)) {
        for permission in role.permissions.iter().filter(|it| it.text().contains('*')) {
            let text = permission.text();
            cx.report(*permission, format!("`{}` may do `{text}`", role.name))
                .milder_where(!text.trim_matches('*').is_empty())
                .help("list what it needs; a wildcard also grants what will be added later");
        }
    }
}
