"""The ground of `init`, `preview` and `mend`: what repeats on a page, what a slot in it is, what a good selector is.

class_words      which words of classes and ids a person chose
features         how alike elements are: names, labels, neighbours, place
apart            what tells elements from others
regions          where on a page elements stand: main part, menu
candidates       places where values stand in items
repeats          elements that repeat: the likely items
group_selectors  the shortest selector of a group
way              a way to an element, written as CSS or XPath
ways             the ways that a person would write
"""

__all__ = ["apart", "candidates", "class_words", "features", "group_selectors", "regions", "repeats", "way", "ways"]
