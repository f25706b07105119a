"""Names that selectors on HTML treat in a way of their own."""

from __future__ import annotations

SVG_NAMES = frozenset(
    "altGlyph altGlyphDef altGlyphItem animateColor animateMotion animateTransform clipPath feBlend feColorMatrix"
    " feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting feDisplacementMap feDistantLight feDropShadow"
    " feFlood feFuncA feFuncB feFuncG feFuncR feGaussianBlur feImage feMerge feMergeNode feMorphology feOffset"
    " fePointLight feSpecularLighting feSpotLight feTile feTurbulence foreignObject glyphRef linearGradient"
    " radialGradient textPath".split()
)
"""Names of elements that keep their capitals (WHATWG HTML §13.2.6.5)."""
SVG_ATTRIBUTES = frozenset(
    "attributeName attributeType baseFrequency baseProfile calcMode clipPathUnits diffuseConstant edgeMode filterUnits"
    " glyphRef gradientTransform gradientUnits kernelMatrix kernelUnitLength keyPoints keySplines keyTimes lengthAdjust"
    " limitingConeAngle markerHeight markerUnits markerWidth maskContentUnits maskUnits numOctaves pathLength"
    " patternContentUnits patternTransform patternUnits pointsAtX pointsAtY pointsAtZ preserveAlpha preserveAspectRatio"
    " primitiveUnits refX refY repeatCount repeatDur requiredExtensions requiredFeatures specularConstant"
    " specularExponent spreadMethod startOffset stdDeviation stitchTiles surfaceScale systemLanguage tableValues"
    " targetX targetY textLength viewBox viewTarget xChannelSelector yChannelSelector zoomAndPan definitionURL".split()
)
"""The same of attributes; a selector finds them in any case, as in Chromium."""
CAPITALS = {name.lower(): name for name in SVG_NAMES | SVG_ATTRIBUTES}
"""How SVG and MathML write a name."""
PREFIXED = frozenset(
    "xlink:actuate xlink:arcrole xlink:href xlink:role xlink:show xlink:title xlink:type xml:lang xml:space"
    " xmlns:xlink".split()
)
"""Attributes that have a namespace in SVG and MathML, and in no other element."""
CASELESS = frozenset(
    "accept accept-charset align alink axis bgcolor charset checked clear codetype color compact declare defer dir"
    " direction disabled enctype face frame hreflang http-equiv lang language link media method multiple nohref"
    " noresize noshade nowrap readonly rel rev rules scope scrolling selected shape target text type valign valuetype"
    " vlink".split()
)
"""Attributes of HTML whose values have no case in selectors (WHATWG HTML §4.16.2)."""
NEVER_REQUIRED = ("hidden", "range", "color", "submit", "image", "reset", "button")
GROUP = "div"
"""The element that holds an item with its next siblings. It stands for the item, so no selector finds it but `:scope`.
"""
