use crate::rules::Check;

pub(crate) const CHECK: Check = Check::Reading("YAML documents of known formats");
