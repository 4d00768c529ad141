import ts from 'typescript'
import { exportsOf } from './package-entries.ts'

/**
 * The exported functions, constructors and methods of an entry point that take an options object: a parameter whose
 * type is an object with at least one optional field. Methods are named `Class.method`.
 */
export function optionFunctions(file: string): string[] {
  const { checker, symbols } = exportsOf(file)
  const names = new Set<string>()

  const note = (name: string, signatures: readonly ts.Signature[]) => {
    for (const { parameters } of signatures)
      if (parameters.some((parameter) => isOptions(checker.getTypeOfSymbol(parameter)))) names.add(name)
  }
  const isOptions = (given: ts.Type): boolean => {
    const type = checker.getNonNullableType(given)
    if (!(type.flags & ts.TypeFlags.Object) && !type.isIntersection()) return false
    if (type.isClass() || checker.isArrayLikeType(type) || type.getCallSignatures().length > 0) return false
    return type.getProperties().some(({ flags }) => flags & ts.SymbolFlags.Optional)
  }

  for (const { name, target } of symbols) {
    if (!(target.flags & ts.SymbolFlags.Value)) continue
    const type = checker.getTypeOfSymbol(target)
    note(name, type.getCallSignatures())
    if (!(target.flags & ts.SymbolFlags.Class)) continue
    note(name, type.getConstructSignatures().filter(isPublic))
    const members = [...type.getProperties(), ...checker.getDeclaredTypeOfSymbol(target).getProperties()]
    for (const member of members)
      if (member.name !== 'prototype')
        note(`${name}.${member.name}`, checker.getTypeOfSymbol(member).getCallSignatures())
  }
  return [...names].sort()
}

function isPublic({ declaration }: ts.Signature): boolean {
  if (declaration === undefined || !ts.isConstructorDeclaration(declaration)) return true
  return !(ts.getCombinedModifierFlags(declaration) & ts.ModifierFlags.NonPublicAccessibilityModifier)
}
