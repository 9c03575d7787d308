import { Component, h, type ComponentType, type VNode } from "preact";

/** Draws again only when `same` says that something changed; signals that it reads still redraw it. */
export function memo<P extends object>(view: ComponentType<P>, same: (before: P, after: P) => boolean) {
  return class extends Component<P> {
    override shouldComponentUpdate(next: P): boolean {
      return !same(this.props as P, next);
    }
    override render(): VNode {
      return h(view as ComponentType<object>, this.props as P);
    }
  };
}
