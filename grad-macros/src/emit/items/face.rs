//! What the items of a function have in common: generics, parameters, the types that go in and come out.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashSet};

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::{Attribute, GenericParam, Generics, Lifetime, ReturnType, Type, Visibility, WhereClause};

use super::generics::{captures, container_numbers, extended, kept, type_or_const};
use super::lifetimes::{Naming, anonymous};
use super::style::Style;
use super::types;
use crate::emit::names::Names;
use crate::ir::{Ty, VarKind};
use crate::parse::{self, Failing, Function, Home, Kind, Parameter, fallible};

/// A function as its items see it.
pub struct Face {
    pub name: Ident,
    pub vis: Visibility,
    /// The attributes that decide whether the function exists.
    pub conditions: Vec<Attribute>,
    pub generics: Generics,
    pub params: Vec<FaceParam>,
    /// The function's return type as written (`()` where there is none); of one that may fail, what it returns otherwise.
    pub result: Type,
    /// How a function says that it failed that may, and its return type.
    pub failing: Option<(Failing, Type)>,
    /// The part of the result that is differentiated.
    pub differentiated: Type,
    /// Whether the result is `(y, aux..)`.
    pub has_further_outputs: bool,
    /// What is known of it.
    pub known: Ty,
    /// `+ use<..>` of the pair; nothing where it keeps whatever there is.
    pub captures: TokenStream,
    /// The lifetimes that the user left anonymous. A pair has to name them; the other items needn't.
    anonymous: Vec<Lifetime>,
    /// What all that a boxed pair keeps outlives, where that has several lifetimes.
    pub kept: Option<Lifetime>,
    pub runtime: TokenStream,
    /// How the items are named.
    pub style: Style,
    /// The items so far, as closures, where they can't name each other.
    written: RefCell<BTreeMap<String, TokenStream>>,
}

/// A parameter as the items see it.
pub struct FaceParam {
    pub name: Ident,
    pub mutable: bool,
    /// The type with all lifetimes named.
    pub ty: Type,
    pub known: Ty,
    pub passing: VarKind,
    pub active: bool,
    pub tangent: TokenStream,
    pub buffer: TokenStream,
    /// The parameter that has its length: itself, or that of which it's the direction.
    pub like: Ident,
}

impl Face {
    /// Of an annotated function.
    pub fn new(function: &Function) -> Self {
        let signature = &function.original.sig;
        let runtime = runtime(function);
        let home = &function.home;
        let (style, boxed) = (Style::of(home), function.options.recursive);
        let mut naming = Naming::new([&home.generics, &signature.generics]);
        let params: Vec<FaceParam> = function
            .parameters
            .iter()
            .map(|parameter| FaceParam::new(parameter, &mut naming, &runtime))
            .collect();
        let result: Type = match &signature.output {
            ReturnType::Default => syn::parse_quote!(()),
            ReturnType::Type(_, ty) => (**ty).clone(),
        };
        let (failing, result) = match fallible::fallible(&result) {
            Some((failing, inner)) => (Some((failing, result.clone())), inner.clone()),
            None => (None, result),
        };
        let differentiated = if function.options.aux { first(&result) } else { result.clone() };
        let known = home.known(&differentiated, &home.scalars(&signature.generics));
        let mut generics = extended(&signature.generics, &naming);
        if style.in_trait {
            generics.make_where_clause().predicates.push(syn::parse_quote!(Self: Sized));
        }
        let written = params.iter().map(|param| (&param.ty, &param.known)).chain([(&differentiated, &known)]);
        let resolved: Vec<(Type, &Ty)> = written.map(|(ty, known)| (home.resolved(ty), known)).collect();
        let written = || resolved.iter().map(|(ty, known)| (ty, *known));
        let mut numbers = container_numbers(&signature.generics, written());
        // What an `impl` of a trait asks the trait asks.
        if home.kind == Kind::Inherent {
            numbers.extend(container_numbers(&home.generics, written()));
        }
        for number in &numbers {
            generics.make_where_clause().predicates.push(syn::parse_quote!(#number: #runtime::GenericNumber));
        }
        let kept = if boxed && !style.in_trait { kept(home, &mut generics, &naming) } else { None };
        let captures = captures(home, &generics, &naming);
        let conditions = function.original.attrs.iter().filter(|attribute| attribute.path().is_ident("cfg"));
        Self {
            name: signature.ident.clone(),
            vis: function.original.vis.clone(),
            conditions: conditions.cloned().collect(),
            generics,
            params,
            result,
            failing,
            differentiated,
            has_further_outputs: function.options.aux,
            known,
            captures,
            anonymous: naming.lifetimes,
            kept,
            runtime,
            style,
            written: RefCell::default(),
        }
    }

    /// The name of an item.
    pub fn item(&self, item: &str) -> Ident {
        self.style.item(&self.name, item)
    }

    /// An item as another one calls it.
    pub fn sibling(&self, item: &str) -> TokenStream {
        let (owner, item, turbofish) = (&self.style.owner, self.item(item), self.turbofish());
        quote!(#owner::#item #turbofish)
    }

    /// A call of an item that stands before the one that calls it; of one that can't be named, what it does.
    pub fn call(&self, item: &str, args: impl IntoIterator<Item = TokenStream>) -> TokenStream {
        let args = args.into_iter();
        if let Some(closure) = self.written.borrow().get(item) {
            let args = args.skip(usize::from(self.has_receiver()));
            return quote!((#closure)(#(#args),*));
        }
        let item = self.sibling(item);
        quote!(#item(#(#args),*))
    }

    /// Keeps an item for those that call it, if they can't name it.
    pub fn keep(&self, item: &str, params: &[TokenStream], body: &TokenStream) {
        if self.style.nameless {
            // A closure has no lifetimes of its own.
            let (_, params) = self.detached(params);
            let params = params.iter().skip(usize::from(self.has_receiver()));
            self.written.borrow_mut().insert(item.to_owned(), quote!(|#(#params),*| { #body }));
        }
    }

    fn has_receiver(&self) -> bool {
        self.params.first().is_some_and(|param| param.name == "self")
    }

    /// A link to the function, for the documentation.
    pub fn link(&self) -> String {
        let name = &self.name;
        if self.style.suffix { format!("[`{name}`](Self::{name})") } else { format!("[`{name}`](fn@{name})") }
    }

    /// What stands before an item: attributes, where the items have none in common, and the visibility.
    pub fn prefix(&self) -> TokenStream {
        let (vis, conditions) = (&self.vis, &self.conditions);
        let attributes = self.style.suffix.then(|| {
            let allowed = super::allowed();
            quote!(#(#conditions)* #allowed)
        });
        quote!(#attributes #vis)
    }

    /// The parameters as they are declared.
    pub fn declared(&self, mutable: bool) -> Vec<TokenStream> {
        let declare = |param: &FaceParam| {
            let (name, ty) = (&param.name, &param.ty);
            let closed_over = self.style.nameless && param.name == "self";
            let mutable = param.mutable && (mutable || closed_over) && param.passing == VarKind::Owned;
            let mutability = mutable.then(|| quote!(mut));
            match receiver(param) {
                Some(receiver) => quote!(#mutability #receiver),
                None => quote!(#mutability #name: #ty),
            }
        };
        self.params.iter().map(declare).collect()
    }

    /// The parameters that a derivative is taken for.
    pub fn active(&self) -> impl Iterator<Item = &FaceParam> {
        self.params.iter().filter(|param| param.active)
    }

    /// Whether gradients make sense: a scalar result, and nothing is changed in place.
    pub fn has_gradient(&self) -> bool {
        self.known.is_float() && !self.active().any(|param| param.passing == VarKind::RefMut)
    }

    /// The type of the cotangents and tangents of the result.
    pub fn seed(&self) -> TokenStream {
        types::of_result(&self.differentiated, &self.known, &self.runtime)
    }

    /// Whether there is a result to differentiate.
    pub fn returns(&self) -> bool {
        !matches!(&self.differentiated, Type::Tuple(tuple) if tuple.elems.is_empty())
    }

    /// What an item returns: where the function may fail, so may the item.
    pub fn answers(&self, ty: &TokenStream) -> TokenStream {
        match &self.failing {
            Some((_, written)) => fallible::around(written, &Type::Verbatim(ty.clone())).to_token_stream(),
            None => ty.clone(),
        }
    }

    /// What an item gives that didn't fail.
    pub fn success(&self, value: &TokenStream) -> TokenStream {
        let value = if value.is_empty() { quote!(()) } else { value.clone() };
        match &self.failing {
            Some((Failing::Option, _)) => quote!(::core::option::Option::Some(#value)),
            Some((Failing::Result, _)) => quote!(::core::result::Result::Ok(#value)),
            None => value,
        }
    }

    /// The `?` after another item's call.
    pub fn question(&self) -> Option<syn::Token![?]> {
        self.failing.is_some().then(Default::default)
    }

    /// The generics as declared, without the `where` clause.
    pub fn declared_generics(&self) -> TokenStream {
        let params = &self.generics.params;
        if params.is_empty() { TokenStream::new() } else { quote!(<#params>) }
    }

    /// Generics and parameters of an item that gives back nothing of what it borrows: each reference has a lifetime of its own, so
    /// that the item can be passed as a function.
    pub fn detached(&self, params: &[TokenStream]) -> (TokenStream, Vec<TokenStream>) {
        if self.kept.is_some() {
            return (self.declared_generics(), params.to_vec());
        }
        let named = |param: &&GenericParam| match param {
            GenericParam::Lifetime(param) => !self.anonymous.contains(&param.lifetime),
            GenericParam::Type(_) | GenericParam::Const(_) => true,
        };
        let generics: Vec<&GenericParam> = self.generics.params.iter().filter(named).collect();
        let generics = if generics.is_empty() { TokenStream::new() } else { quote!(<#(#generics),*>) };
        let params = params.iter().map(|param| anonymous(param.clone(), &self.anonymous));
        (generics, params.collect())
    }

    /// The generics with further type parameters.
    pub fn generics_with(&self, more: &[TokenStream]) -> TokenStream {
        let params = self.generics.params.iter();
        quote!(<#(#params,)* #(#more),*>)
    }

    /// The generics, and the bounds on them, that a type mentions; others couldn't be inferred.
    pub fn generics_of(&self, ty: &TokenStream) -> (TokenStream, TokenStream) {
        let (params, clause) = self.parameters_of(ty);
        (quote!(<#(#params),*>), clause)
    }

    /// The same one by one.
    pub fn parameters_of(&self, ty: &TokenStream) -> (Vec<&GenericParam>, TokenStream) {
        let mut mentioned = HashSet::new();
        parse::each_ident(ty.clone(), &mut |ident| {
            mentioned.insert(ident.to_string());
        });
        let params = self.generics.params.iter().filter(|param| match param {
            GenericParam::Lifetime(_) => true,
            GenericParam::Type(param) => mentioned.contains(&param.ident.to_string()),
            GenericParam::Const(param) => mentioned.contains(&param.ident.to_string()),
        });
        let own: Vec<String> =
            self.generics.params.iter().filter_map(type_or_const).map(Ident::to_string).collect();
        let is_about = |tokens: TokenStream| {
            let mut all = true;
            parse::each_ident(tokens, &mut |ident| {
                let name = ident.to_string();
                all &= !own.contains(&name) || mentioned.contains(&name);
            });
            all
        };
        let predicates = self.where_clause().into_iter().flat_map(|clause| &clause.predicates);
        let predicates = predicates.filter(|predicate| is_about(quote!(#predicate)));
        (params.collect(), quote!(where #(#predicates),*))
    }

    /// The `where` clause of an `impl` of the runtime's for what surrounds the function.
    pub fn bounds(&self, home: &Home) -> Option<WhereClause> {
        let written = self.params.iter().map(|param| (&param.ty, &param.known));
        let numbers = container_numbers(&home.generics, written.chain([(&self.differentiated, &self.known)]));
        let mut generics = home.generics.clone();
        for number in numbers {
            let runtime = &self.runtime;
            generics.make_where_clause().predicates.push(syn::parse_quote!(#number: #runtime::GenericNumber));
        }
        generics.where_clause
    }

    /// The `where` clause.
    pub fn where_clause(&self) -> Option<&WhereClause> {
        self.generics.where_clause.as_ref()
    }

    /// `::<T, N>`, for a call among the items.
    pub fn turbofish(&self) -> TokenStream {
        let args: Vec<&Ident> = self.generics.params.iter().filter_map(type_or_const).collect();
        if args.is_empty() { TokenStream::new() } else { quote!(::<#(#args),*>) }
    }

    /// The same for an item with `more` type parameters, which follow from its arguments.
    pub fn turbofish_with(&self, more: usize) -> TokenStream {
        let args: Vec<&Ident> = self.generics.params.iter().filter_map(type_or_const).collect();
        let more = (0..more).map(|_| quote!(_));
        if args.is_empty() { TokenStream::new() } else { quote!(::<#(#args,)* #(#more),*>) }
    }

    /// Names that no parameter has.
    pub fn names(&self) -> Names {
        let mut names = Names::new();
        for param in &self.params {
            names.reserve(&param.name.to_string());
        }
        names
    }
}

impl FaceParam {
    fn new(parameter: &Parameter, naming: &mut Naming, runtime: &TokenStream) -> Self {
        let ty = naming.named(&parameter.written);
        Self {
            name: parameter.name.clone(),
            like: parameter.name.clone(),
            mutable: parameter.mutable,
            known: parameter.ty.clone(),
            passing: parameter.passing,
            active: parameter.active,
            tangent: types::tangent(&ty, &parameter.ty, runtime),
            buffer: types::buffer(&ty, &parameter.ty, runtime),
            ty,
        }
    }

    /// A tangent made as long as the slice that it belongs to, once: then the checks of the loops tell about both.
    pub fn as_long(&self, tangent: &Ident, mutable: bool) -> TokenStream {
        if self.passing != VarKind::Ref || !matches!(self.known, Ty::Slice(_) | Ty::Vec(_)) {
            return TokenStream::new();
        }
        let like = &self.like;
        let mutability = mutable.then(|| quote!(mut));
        quote!(let #tangent = &#mutability #tangent[..#like.len()];)
    }
}

/// Where generated code finds the runtime.
pub fn runtime(function: &Function) -> TokenStream {
    match &function.options.runtime {
        Some(path) => quote!(#path::__private),
        None => quote!(::grad_runtime::__private),
    }
}

/// The first component of `(y, aux..)`.
fn first(result: &Type) -> Type {
    match types::strip(result) {
        Type::Tuple(tuple) => tuple.elems.first().cloned().unwrap_or_else(|| result.clone()),
        _ => result.clone(),
    }
}

/// `self`, `&'a self` or `&'a mut self`, for a receiver that can be written so.
fn receiver(param: &FaceParam) -> Option<TokenStream> {
    let is_own = |ty: &Type| matches!(ty, Type::Path(path) if path.path.is_ident("Self"));
    if param.name != "self" {
        return None;
    }
    match &param.ty {
        ty if is_own(ty) => Some(quote!(self)),
        Type::Reference(reference) if is_own(&reference.elem) => {
            let (lifetime, mutability) = (&reference.lifetime, &reference.mutability);
            Some(quote!(& #lifetime #mutability self))
        }
        _ => None,
    }
}
