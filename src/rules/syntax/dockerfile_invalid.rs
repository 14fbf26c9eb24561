use crate::rules::Check;

pub(crate) const CHECK: Check = Check::Reading("Dockerfiles");
