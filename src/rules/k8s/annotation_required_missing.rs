use super::report_lacking;
use crate::rules::Check;

pub(crate) const CHECK: Check =
    Check::Object(&[], |object, cx| report_lacking(object, ("annotation", "annotations"), cx));
