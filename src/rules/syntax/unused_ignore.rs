use crate::rules::Check;

pub(crate) const CHECK: Check = Check::Reading("suppression comments and annotations");
