//! Functions that take functions: `fn integrate(f: impl Fn(f64) -> f64, a: f64, b: f64) -> f64`. Nothing says how such an `f` is differentiated
//! but its body, so they are lowered in place of their calls, and have no derivatives of their own.

use syn::punctuated::Punctuated;
use syn::{
    Attribute, FnArg, GenericParam, Generics, ItemFn, PathArguments, PredicateType, Signature, Token, Type,
    TypeParamBound, WherePredicate, parse_quote,
};

type Bounds = Punctuated<TypeParamBound, Token![+]>;

/// Whether a function takes a function that isn't marked as constant.
pub fn takes_functions(signature: &Signature) -> bool {
    signature.inputs.iter().any(|input| match input {
        FnArg::Typed(input) => {
            !input.attrs.iter().any(is_constant) && function_type(&input.ty, &signature.generics).is_some()
        }
        FnArg::Receiver(_) => false,
    })
}

/// How many arguments a parameter takes that is a function, by its type as [`written_out`] leaves it.
pub fn arity(ty: &Type) -> Option<usize> {
    match ty {
        Type::ImplTrait(ty) => arguments(&ty.bounds),
        _ => None,
    }
}

/// The function with the types of these parameters in the parameters themselves, and without the generics for them.
pub fn written_out(item: &mut ItemFn) {
    let generics = item.sig.generics.clone();
    for input in &mut item.sig.inputs {
        if let FnArg::Typed(input) = input
            && let Some(bounds) = function_type(&input.ty, &generics)
        {
            *input.ty = parse_quote!(impl #bounds);
        }
    }
    let own = |name: &syn::Ident| bounds_of(name, &generics).is_some();
    let kept = std::mem::take(&mut item.sig.generics.params).into_iter();
    let kept = kept.filter(|param| !matches!(param, GenericParam::Type(param) if own(&param.ident)));
    item.sig.generics.params = kept.collect();
    if let Some(clause) = &mut item.sig.generics.where_clause {
        let predicates = std::mem::take(&mut clause.predicates).into_iter();
        let is_own = |predicate: &WherePredicate| match predicate {
            WherePredicate::Type(PredicateType { bounded_ty: Type::Path(path), .. }) => {
                path.path.get_ident().is_some_and(own)
            }
            _ => false,
        };
        clause.predicates = predicates.filter(|predicate| !is_own(predicate)).collect();
    }
}

/// The bounds of a type that is a function's: `impl Fn(f64) -> f64`, `&dyn Fn(f64) -> f64`, or a type parameter with such a bound.
fn function_type(ty: &Type, generics: &Generics) -> Option<Bounds> {
    let bounds = match ty {
        Type::Reference(inner) => return function_type(&inner.elem, generics),
        Type::Paren(inner) => return function_type(&inner.elem, generics),
        Type::ImplTrait(ty) => ty.bounds.clone(),
        Type::TraitObject(ty) => ty.bounds.clone(),
        Type::Path(path) => bounds_of(path.path.get_ident()?, generics)?,
        _ => return None,
    };
    arguments(&bounds).map(|_| bounds)
}

/// The bounds of a type parameter, if they are a function's.
fn bounds_of(name: &syn::Ident, generics: &Generics) -> Option<Bounds> {
    let own = generics.type_params().filter(|param| param.ident == *name).map(|param| &param.bounds);
    let predicates = generics.where_clause.iter().flat_map(|clause| &clause.predicates);
    let written = predicates.filter_map(|predicate| match predicate {
        WherePredicate::Type(PredicateType { bounded_ty: Type::Path(path), bounds, .. }) => {
            path.path.is_ident(name).then_some(bounds)
        }
        _ => None,
    });
    own.chain(written).find(|bounds| arguments(bounds).is_some()).cloned()
}

/// How many arguments there are in `Fn(A, B) -> C`.
fn arguments(bounds: &Bounds) -> Option<usize> {
    bounds.iter().find_map(|bound| match bound {
        TypeParamBound::Trait(bound) => {
            let last = bound.path.segments.last()?;
            match &last.arguments {
                PathArguments::Parenthesized(arguments)
                    if matches!(last.ident.to_string().as_str(), "Fn" | "FnMut" | "FnOnce") =>
                {
                    Some(arguments.inputs.len())
                }
                _ => None,
            }
        }
        _ => None,
    })
}

fn is_constant(attribute: &Attribute) -> bool {
    attribute.path().is_ident("constant")
}
