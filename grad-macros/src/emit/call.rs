//! Calls of functions with a derivative: alone, with their forward half, and the backward half.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote};

use super::emitter::Emitter;
use crate::ir::{
    Adaptor, Arg, Call, Callee, Fails, Float, Form, M, Prim, Pullback, Pushforward, Slot, Stmt, TangentArg,
    Ty, V,
};

/// A call, written.
pub struct Invocation {
    /// The pattern of what it gives.
    pub result: Option<TokenStream>,
    /// The type of that, where it's known.
    pub ty: Option<TokenStream>,
    pub call: TokenStream,
}

impl<'a> Emitter<'a> {
    /// `let y = g(args);` or `let (y, pullback) = g::forward(args);`
    pub fn call(&mut self, call: &'a Call) {
        let Invocation { result, ty, call: invocation } = self.invoked(call);
        let invocation = self.succeeding(invocation, &call.fails);
        self.push(match (result, ty) {
            (None, _) => quote!(#invocation;),
            (Some(result), ty) => {
                let ty = ty.map(|ty| quote!(: #ty));
                quote!(let #result #ty = #invocation;)
            }
        });
    }

    /// The call, and what its result is bound to.
    pub fn invoked(&mut self, call: &'a Call) -> Invocation {
        let written: Vec<M> = Stmt::Call(Box::new(call.clone())).writes();
        // An argument that reads what another one borrows by `&mut` has to be read before.
        if written.is_empty() {
            self.flush_reads_of_user_code();
        } else {
            self.flush_reads();
        }
        let by_rule = call.pullback.is_some() || call.tangent.is_some();
        let args: Vec<TokenStream> = call.args.iter().map(|arg| self.arg(arg, by_rule)).collect();
        if let Some(tangent) = &call.tangent {
            return self.pushforward(call, args, tangent);
        }
        let invocation = (call.pullback.is_some() || call.repeat.is_some())
            .then(|| self.method_call(call, &args, call.pullback.is_some()))
            .flatten()
            .unwrap_or_else(|| self.invocation(call, &args));
        let scalar = call.result.and_then(|result| self.scalar(result));
        let (result, ty) = match (call.result, call.pullback) {
            (None, None) => (None, None),
            (Some(result), None) => (Some(self.pattern(result).to_token_stream()), scalar),
            (None, Some(pullback)) => {
                let pullback = self.pattern(pullback);
                (Some(quote!(((), #pullback))), None)
            }
            (Some(result), Some(pullback)) => {
                let (result, pullback) = (self.pattern(result), self.pattern(pullback));
                (Some(quote!((#result, #pullback))), scalar.map(|ty| quote!((#ty, _))))
            }
        };
        Invocation { result, ty, call: invocation }
    }

    /// The type of a result that is known to be a float: what the compiler concluded, rustc checks.
    fn scalar(&self, v: V) -> Option<TokenStream> {
        match &self.body.value(v).ty {
            Ty::Float(Float::F32) => Some(quote!(f32)),
            Ty::Float(Float::F64) => Some(quote!(f64)),
            Ty::Float(Float::Generic(name)) => Some(quote!(#name)),
            _ => None,
        }
    }

    /// `let (y, y_dot) = g::__push(args, (slots…));`
    fn pushforward(
        &mut self,
        call: &'a Call,
        mut args: Vec<TokenStream>,
        tangent: &'a Pushforward,
    ) -> Invocation {
        let runtime = self.runtime.clone();
        let slots = self.tangent_slots(tangent);
        // A user's method has a tangent for each operand: of constant ones zero. A method of a float leaves them out, for
        // what is zero times infinite would not be zero.
        let zeros: Vec<TokenStream> = match &call.callee {
            Callee::Path(_)
            | Callee::OfTrait(_)
            | Callee::Qualified(_)
            | Callee::Operator(_)
            | Callee::Assignment(_) => Vec::new(),
            Callee::Method(name, _) if Prim::method(&name.to_string()).is_some() => slots.clone(),
            Callee::Method(..) => tangent
                .args
                .iter()
                .zip(&slots)
                .zip(&args)
                .map(|((tangent, slot), arg)| match tangent {
                    TangentArg::Constant => quote!(#runtime::operand_zero(&#arg)),
                    _ => slot.clone(),
                })
                .collect(),
        };
        let by_method = self.method_push(call, &args, tangent, &slots);
        let invocation = match &call.callee {
            _ if by_method.is_some() => quote!(#by_method),
            Callee::Path(path) | Callee::OfTrait(path) => {
                let nested = is_derivative(path);
                let path = sibling(path, "__push");
                if nested {
                    quote!(#path((#(#args,)*), (#(#slots,)*)))
                } else {
                    quote!(#path(#(#args,)* (#(#slots,)*)))
                }
            }
            Callee::Qualified(path) => {
                let path = qualified(path, "push");
                quote!(#path(#(#args,)* (#(#slots,)*)))
            }
            Callee::Method(name, generics) => {
                let name = format_ident!("{name}_jvp", span = name.span());
                let receiver = if args.is_empty() { TokenStream::new() } else { args.remove(0) };
                let turbofish = generics.as_ref();
                quote!((#receiver).#name #turbofish(#(#args,)* #(#zeros),*))
            }
            Callee::Operator(_) | Callee::Assignment(_) => {
                let name = operator(call);
                let name = format_ident!("{name}_jvp", span = name.span());
                quote!(#runtime::ops::#name(#(#args,)* #(#slots),*))
            }
        };
        let ty = call.result.and_then(|result| self.scalar(result)).map(|ty| quote!((#ty, _)));
        let mut name = |v: Option<V>| v.map_or_else(|| quote!(()), |v| self.pattern(v));
        let (value, dot) = (name(call.result), name(tangent.result));
        Invocation { result: Some(quote!((#value, #dot))), ty, call: invocation }
    }

    /// `g(x).map_err(f)?`
    fn succeeding(&mut self, invocation: TokenStream, fails: &'a Fails) -> TokenStream {
        let runtime = self.runtime.clone();
        let mut adapted = |adaptors: &'a [Adaptor]| {
            adaptors.iter().fold(invocation.clone(), |whole, Adaptor { method, args }| {
                let args = args.iter().map(|arg| self.opaque(arg).tokens);
                quote!(#whole.#method(#(#args),*))
            })
        };
        match fails {
            Fails::Never | Fails::Decides => invocation,
            Fails::Leaves(adaptors) => {
                let adapted = adapted(adaptors);
                quote!(#adapted?)
            }
            Fails::Unwraps(adaptors) => adapted(adaptors),
            Fails::No => quote!(#runtime::succeeded(#invocation)),
        }
    }

    /// What goes along with the arguments: one slot for each.
    pub fn tangent_slots(&mut self, tangent: &'a Pushforward) -> Vec<TokenStream> {
        let runtime = self.runtime.clone();
        let slot = |arg: &'a TangentArg| match arg {
            TangentArg::Value(v) => self.owned(*v),
            TangentArg::Ref { place, mutable: false } if place.is_view() => self.place(place).tokens,
            TangentArg::Ref { place, mutable } => self.reference(place, *mutable).tokens,
            TangentArg::Constant => quote!(#runtime::Skip),
        };
        tangent.args.iter().map(slot).collect()
    }

    /// An argument. A rule takes a view of a matrix by value: a reference to it would be one to a temporary.
    pub fn arg(&mut self, arg: &'a Arg, by_rule: bool) -> TokenStream {
        match arg {
            Arg::Value(v) => self.owned(*v),
            Arg::Ref { place, mutable: false } if by_rule && place.is_view() => self.object(place).tokens,
            Arg::Ref { place, mutable } => self.reference(place, *mutable).tokens,
            Arg::Opaque(opaque) => self.opaque(opaque).tokens,
        }
    }

    fn invocation(&self, call: &Call, args: &[TokenStream]) -> TokenStream {
        let (runtime, callee, forward) = (&self.runtime, &call.callee, call.pullback.is_some());
        match callee {
            Callee::Path(path) if forward => {
                let nested = is_derivative(path);
                let path = sibling(path, "forward");
                if nested { quote!(#path((#(#args,)*))) } else { quote!(#path(#(#args),*)) }
            }
            Callee::OfTrait(path) if forward => super::method::of_trait(path, call, args),
            Callee::Path(path) | Callee::OfTrait(path) => quote!(#path(#(#args),*)),
            Callee::Qualified(path) if forward => {
                let path = qualified(path, "forward");
                quote!(#path(#(#args),*))
            }
            Callee::Qualified(path) => quote!(#path(#(#args),*)),
            Callee::Method(name, generics) => {
                // What the backward half reads again can't be consumed; the rule reads it alone.
                let by_rule = !forward && consumes(name) && args.first().is_some_and(is_reference);
                let name = if forward || by_rule {
                    format_ident!("{name}_forward", span = name.span())
                } else {
                    name.clone()
                };
                let value = by_rule.then(|| quote!(.0));
                let turbofish = generics.as_ref();
                match args {
                    [receiver, rest @ ..] => quote!((#receiver).#name #turbofish(#(#rest),*) #value),
                    [] => quote!(#name #turbofish()),
                }
            }
            Callee::Operator(_) | Callee::Assignment(_) if forward => {
                let name = operator(call);
                quote!(#runtime::ops::#name(#(#args),*))
            }
            Callee::Operator(prim) => plain_operator(*prim, args),
            Callee::Assignment(prim) => plain_assignment(*prim, args),
        }
    }

    /// Where the cotangents go, one slot for each argument.
    pub fn slots(&mut self, slots: &'a [Slot]) -> Vec<TokenStream> {
        let runtime = self.runtime.clone();
        let slot = |slot: &'a Slot| match slot {
            Slot::Value(_) => quote!(()),
            Slot::Ref(place) => self.reference(place, true).tokens,
            Slot::Constant => quote!(#runtime::Skip),
            Slot::Scratch(place) => {
                let place = self.reference(place, false).tokens;
                quote!(#runtime::Scratch(#place))
            }
        };
        slots.iter().map(slot).collect()
    }

    /// The names of the cotangents that come back.
    pub fn answers(&mut self, slots: &[Slot]) -> Vec<TokenStream> {
        let answer = |slot: &Slot| match slot {
            Slot::Value(v) => self.pattern(*v),
            Slot::Ref(_) | Slot::Scratch(_) | Slot::Constant => quote!(_),
        };
        slots.iter().map(answer).collect()
    }

    /// `let (a_bar, …) = g::__pull(&pullback, seed, (slots…));`
    pub fn pullback(&mut self, pullback: &'a Pullback) {
        self.flush_reads();
        if let Some(call) = &pullback.call {
            return self.seeded(pullback, call);
        }
        let handle = self.borrowed(pullback.handle);
        let seed = pullback.seed.map_or_else(|| quote!(()), |seed| self.owned(seed));
        let (slots, answers) = (self.slots(&pullback.slots), self.answers(&pullback.slots));
        let pull = match &pullback.callee {
            // The seed doesn't say what is in the unit.
            Callee::Path(path) if owner(path).is_some_and(|owner| owner == "Unit") => {
                let runtime = &self.runtime;
                quote!(#runtime::pull)
            }
            Callee::Path(path) => {
                let path = sibling(path, "__pull");
                quote!(#path)
            }
            Callee::Qualified(path) => {
                let path = qualified(path, "pull");
                quote!(#path)
            }
            callee if super::method::is_kept(callee, receiver_in_memory(pullback)) => {
                let runtime = &self.runtime;
                quote!(#runtime::method::pull_method)
            }
            Callee::OfTrait(_) | Callee::Method(..) | Callee::Operator(_) | Callee::Assignment(_) => {
                let runtime = &self.runtime;
                quote!(#runtime::pull)
            }
        };
        let call = quote!(#pull(#handle, #seed, (#(#slots,)*)));
        let named = pullback.slots.iter().any(|slot| matches!(slot, Slot::Value(_)));
        self.push(if named { quote!(let (#(#answers,)*) = #call;) } else { quote!(#call;) });
    }

    /// `let (y, (a_bar, …)) = g::__joint(|(a, …)| g::forward(a, …), (args…,), seed, (slots…));`
    fn seeded(&mut self, pullback: &'a Pullback, call: &'a Call) {
        let Callee::Path(path) = &call.callee else { return };
        let args: Vec<TokenStream> = call.args.iter().map(|arg| self.arg(arg, true)).collect();
        let seed = pullback.seed.map_or_else(|| quote!(()), |seed| self.owned(seed));
        let (slots, answers) = (self.slots(&pullback.slots), self.answers(&pullback.slots));
        let (joint, forward) = (sibling(path, "__joint"), sibling(path, "forward"));
        let names: Vec<Ident> = (0..args.len()).map(|k| format_ident!("t{k}")).collect();
        let ty = call.result.and_then(|result| self.scalar(result)).map(|ty| quote!(: (#ty, _)));
        let result = call.result.map_or_else(|| quote!(_), |result| self.pattern(result));
        self.push(quote! {
            let (#result, (#(#answers,)*)) #ty =
                #joint(|(#(#names,)*)| #forward(#(#names),*), (#(#args,)*), #seed, (#(#slots,)*));
        });
    }
}

/// Whether the receiver of the call that is pulled back is in memory.
fn receiver_in_memory(pullback: &Pullback) -> bool {
    matches!(pullback.slots.first(), Some(Slot::Ref(place) | Slot::Scratch(place)) if !place.is_view())
}

/// Whether a method takes its receiver by value, though its derivative only reads it.
pub fn consumes(method: &Ident) -> bool {
    ["lu", "cholesky", "qr", "svd", "symmetric_eigen", "try_inverse", "into_inner", "unwrap", "expect"]
        .iter()
        .any(|name| method == name)
}

/// Whether an argument is written as a shared reference.
pub fn is_reference(argument: &TokenStream) -> bool {
    matches!(argument.clone().into_iter().next(), Some(TokenTree::Punct(punct)) if punct.as_char() == '&')
}

/// The last segment but one.
fn owner(path: &syn::Path) -> Option<String> {
    path.segments.iter().rev().nth(1).map(|segment| segment.ident.to_string())
}

/// Whether a path names a function of a type: `Type::m`.
pub fn is_of_type(path: &syn::Path) -> bool {
    owner(path)
        .is_some_and(|owner| owner.starts_with(char::is_uppercase) || matches!(owner.as_str(), "f32" | "f64"))
}

/// `g` → `g::forward`, `Type::m` → `Type::m_forward`, with the turbofish.
pub fn sibling(path: &syn::Path, item: &str) -> syn::Path {
    let mut path = path.clone();
    let is_type = is_of_type(&path);
    let nested = is_derivative(&path);
    if let Some(last) = path.segments.last_mut() {
        if nested {
            let item = item.trim_start_matches('_');
            last.ident = format_ident!("__{}_{item}", last.ident, span = last.ident.span());
        } else if is_type {
            let item = item.trim_start_matches('_');
            last.ident = format_ident!("{}_{item}", last.ident, span = last.ident.span());
        } else {
            let arguments = std::mem::take(&mut last.arguments);
            let ident = Ident::new(item, Span::call_site().located_at(last.ident.span()));
            path.segments.push(syn::PathSegment { ident, arguments });
        }
    }
    path
}

/// `<T as Trait>::m` → `<T as Trait>::m_forward`
pub fn qualified(path: &syn::ExprPath, item: &str) -> syn::ExprPath {
    let mut path = path.clone();
    if let Some(last) = path.path.segments.last_mut() {
        last.ident = format_ident!("{}_{item}", last.ident, span = last.ident.span());
    }
    path
}

/// Whether a path names a derivative: `f::grad`, `f::value_and_grad`.
pub fn is_derivative(path: &syn::Path) -> bool {
    let mut segments = path.segments.iter().rev();
    let item = segments
        .next()
        .is_some_and(|last| ["grad", "value_and_grad", "jvp"].iter().any(|item| last.ident == item));
    let owner = segments.next().map(|owner| owner.ident.to_string());
    let special = |name: &str| matches!(name, "self" | "super" | "crate");
    item && owner.is_some_and(|owner| !owner.starts_with(char::is_uppercase) && !special(&owner))
}

/// The name of an operator's function in the runtime.
pub fn operator(call: &Call) -> Ident {
    let name = |prim: &Prim| match prim {
        Prim::Add => "add",
        Prim::Sub => "sub",
        Prim::Mul => "mul",
        Prim::Div => "div",
        Prim::Rem => "rem",
        Prim::Neg => "neg",
        other if other.form() == Form::Method => other.text(),
        _ => "unknown",
    };
    let name = match &call.callee {
        Callee::Operator(prim) => name(prim).to_owned(),
        Callee::Assignment(prim) => format!("{}_assign", name(prim)),
        Callee::Path(_) | Callee::OfTrait(_) | Callee::Qualified(_) | Callee::Method(..) => String::new(),
    };
    // What rustc has to say of its operands it says where the user wrote it.
    format_ident!("{name}", span = Span::call_site().located_at(call.span))
}

/// `a * b` as the user wrote it.
fn plain_operator(prim: Prim, args: &[TokenStream]) -> TokenStream {
    let symbol: TokenStream = prim.text().parse().unwrap_or_default();
    match args {
        [a] => quote!(#symbol (#a)),
        [a, b] => quote!((#a) #symbol (#b)),
        _ => TokenStream::new(),
    }
}

/// What the left operand is after `a *= b`.
fn plain_assignment(prim: Prim, args: &[TokenStream]) -> TokenStream {
    let symbol: TokenStream = format!("{}=", prim.text()).parse().unwrap_or_default();
    let [left, right] = args else { return TokenStream::new() };
    quote!({ let (mut changed, by) = (#left, #right); changed #symbol by; changed })
}
