use crate::rules::Check;

pub(crate) const CHECK: Check = Check::Reading("YAML and JSON files of known formats");
