/**
 * An object with some members replaced. The others see the object itself as `this`, because private fields are its
 * own; a port that grows needs no change here.
 */
export function overlay<Subject extends object>(subject: Subject, members: Partial<Subject>): Subject {
  return new Proxy(subject, {
    get: (target, name): unknown => {
      if (Object.hasOwn(members, name)) return Reflect.get(members, name);
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== "function") return member;
      const bound: unknown = member.bind(target);
      return bound;
    },
  });
}
