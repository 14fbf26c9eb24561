use crate::rules::Check;

pub(crate) const CHECK: Check = Check::Reading("files of known formats");
