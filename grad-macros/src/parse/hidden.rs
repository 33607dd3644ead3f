//! Methods whose derivative would be that of another method of the same name. `a.m(x)` is what rustc makes of it, a type's own
//! method before a trait's, a wrapper's before that of what it derefs to; `a.m_forward(x)` is the one that has derivatives. Where the
//! sources show both on one type, the call isn't differentiated.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use super::declared::{self, Home, Method};

static SEEN: Mutex<Seen> = Mutex::new(Seen { methods: Vec::new(), implementations: Vec::new() });

struct Seen {
    methods: Vec<Method>,
    implementations: Vec<Home>,
}

/// A method without a derivative that stands before one with it.
#[derive(Debug, PartialEq, Eq)]
pub struct Hidden {
    /// The type that has it.
    pub owner: String,
    /// The trait, or the other type, whose method has the derivative.
    pub of: String,
}

/// What the sources declare.
pub fn declare(methods: Vec<Method>, implementations: Vec<Home>) {
    let mut seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    seen.methods.extend(methods);
    seen.implementations.extend(implementations);
}

/// Whether a method of this name may be one without a derivative where one with it would be found: of this type, or of any.
pub fn hidden(method: &str, owner: Option<&str>) -> Option<Hidden> {
    let mut seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    seen.hidden(method, owner)?;
    seen.read_again();
    seen.hidden(method, owner)
}

/// The types that have a method of this name with derivatives.
pub fn owners(method: &str) -> BTreeSet<Option<String>> {
    let seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    seen.named(method).filter(|known| known.annotated).map(|known| known.home.owner.clone()).collect()
}

/// Whether this type has a method of this name, and no derivative of one is anywhere.
pub fn is_plain(method: &str, owner: &str) -> bool {
    let mut seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    seen.is_plain(method, owner) && {
        seen.read_again();
        seen.is_plain(method, owner)
    }
}

/// Whether a type derefs to another one.
pub fn derefs(owner: &str) -> bool {
    SEEN.lock().unwrap_or_else(PoisonError::into_inner).derefs(owner)
}

/// Whether a name is that of a trait in which this method has derivatives.
pub fn is_of_trait(name: &str, method: &str) -> bool {
    let seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    let mut annotated = seen.named(method).filter(|method| method.annotated);
    annotated.any(|method| method.home.of.as_deref() == Some(name))
}

impl Seen {
    fn read_again(&mut self) {
        *self = Self { methods: Vec::new(), implementations: Vec::new() };
        for (_, now) in declared::again() {
            self.methods.extend(now.methods);
            self.implementations.extend(now.implementations);
        }
    }

    fn derefs(&self, owner: &str) -> bool {
        self.implementations.iter().any(|home| home.of.as_deref() == Some("Deref") && home.is_of(owner))
    }

    fn is_plain(&self, method: &str, owner: &str) -> bool {
        let own = Home { owner: Some(owner.to_owned()), of: None };
        self.named(&format!("{method}_forward")).next().is_none()
            && self.named(method).all(|known| !known.annotated)
            && self.named(method).any(|known| known.home == own)
    }

    fn named(&self, method: &str) -> impl Iterator<Item = &Method> {
        self.methods.iter().filter(move |known| known.name == method)
    }

    fn hidden(&self, method: &str, owner: Option<&str>) -> Option<Hidden> {
        // A type that has such a method is that type; any other may be an alias, or deref to one that has.
        let is_known =
            |name: &&str| self.named(method).any(|known| known.home.owner.as_deref() == Some(name));
        let certain = owner.filter(is_known);
        let plain = self.named(method).filter(|known| !known.annotated);
        plain.filter(|plain| certain.is_none_or(|owner| plain.home.is_of(owner))).find_map(|plain| {
            let owner = plain.home.owner.as_deref()?;
            let mut with = self.named(method).filter(|known| known.annotated);
            let of = with.find_map(|with| self.stands_before(plain, owner, with))?;
            Some(Hidden { owner: owner.to_owned(), of })
        })
    }

    /// The trait or type of the second method, if the first one of this type is found before it.
    fn stands_before(&self, plain: &Method, owner: &str, with: &Method) -> Option<String> {
        let name = with.home.of.clone().or_else(|| with.home.owner.clone());
        let here = match (&with.home.of, &with.home.owner) {
            // Two types of one name: no type has the same method twice.
            (None, _) if plain.home.of.is_none() => false,
            (None, None) => false,
            (_, Some(_)) => with.home.is_of(owner),
            (Some(of), None) => {
                let of = Some(of.as_str());
                self.implementations.iter().any(|home| home.of.as_deref() == of && home.is_of(owner))
            }
        };
        let first = plain.home.of.is_none() || (plain.receiver == "self" && with.receiver != "self");
        let behind = !here && self.derefs(owner);
        name.filter(|_| here && first || behind)
    }
}

#[cfg(test)]
mod tests {
    use super::super::declared::{Declared, read_text};
    use super::*;

    fn found(text: &str, owner: Option<&str>) -> Option<(String, String)> {
        let mut declared = Declared::default();
        read_text(text, &mut declared);
        let seen = Seen { methods: declared.methods, implementations: declared.implementations };
        seen.hidden("m", owner).map(|hidden| (hidden.owner, hidden.of))
    }

    #[test]
    fn a_method_of_its_own_before_a_traits() {
        let own = "impl A { fn m(&self) {} } impl B { fn other(&self) {} }";
        let law = "#[differentiable] trait Law { fn m(&self) {} }";
        let hidden = Some(("A".to_owned(), "Law".to_owned()));
        assert_eq!(
            found(&format!("{own} #[differentiable] impl Law for A {{ fn m(&self) {{}} }}"), None),
            hidden
        );
        assert_eq!(found(&format!("{own} {law} impl Law for A {{}}"), None), hidden);
        assert_eq!(found(&format!("{own} {law} impl<T: Copy> Law for T {{}}"), Some("A")), hidden);
        assert_eq!(found(&format!("{own} {law} impl Law for B {{}}"), None), None);
        assert_eq!(
            found(&format!("{own} #[differentiable] impl Law for B {{ fn m(&self) {{}} }}"), None),
            None
        );
        assert_eq!(found("#[differentiable] impl A { fn m(&self) {} } impl Law for A {}", None), None);
        assert_eq!(found(&format!("{own} #[differentiable] impl A {{ fn m(&self) {{}} }}"), None), None);
    }

    #[test]
    fn a_wrappers_before_that_behind_it() {
        let inner = "#[differentiable] impl Inner { fn m(&self) {} }";
        let outer = "impl Outer { fn m(&self) {} } impl Deref for Outer { type Target = Inner; }";
        let hidden = Some(("Outer".to_owned(), "Inner".to_owned()));
        assert_eq!(found(&format!("{inner} {outer}"), None), hidden);
        assert_eq!(found(&format!("{inner} {outer}"), Some("Inner")), None);
        assert_eq!(found(&format!("{inner} impl Outer {{ fn m(&self) {{}} }}"), None), None);
    }

    #[test]
    fn by_value_before_by_reference() {
        let law = "#[differentiable] impl Law for A { fn m(&self) {} }";
        assert!(found(&format!("{law} impl Other for A {{ fn m(self) {{}} }}"), None).is_some());
        assert!(found(&format!("{law} impl Other for A {{ fn m(&self) {{}} }}"), None).is_none());
    }
}
