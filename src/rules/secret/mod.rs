//! Rules about credentials in any text, which [`crate::secret`] finds. Where a rule of another group
//! says the same at the same place, theirs is left out.

group!(secret: );
