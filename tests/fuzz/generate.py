"""Shell texts for the fuzzer: a grammar of what people write, then mutations of what they did not mean to."""

# ruff: noqa: E501 (a template of shell text stays on one line)

import random
from collections.abc import Callable

_NAMES = ("E1", "E2", "E3", "EVIL", "ok", "no")
_VARIABLES = ("x", "y", "z")
_CHARACTERS = (
    *" \t\n;&|<>(){}[]'\"\\$`#!*?~=+-,.:%/@^ab1x",
    "\\\n", "$(", "${", "$((", "))", "<(", "<<E\n", "&&", "||", ";;", "$'", '$"', ">&", "2>&1", "E1 ", "\nE\n", "''", '""',
    "in ", "do ", "done", "fi", "then ", "esac", "if ", "[[ ", " ]]", "((", "`", "$x", "${x", "[", "}",
)  # fmt: skip


class Generator:
    """Random texts from one seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 (test data)
        self._left = 0

    def text(self) -> str:
        """One text, mutated two times out of three."""
        self._left = self._random.randint(3, 40)
        text = self._script()
        for _ in range(self._random.choice((0, 1, 1, 2, 3))):
            text = self._mutated(text)
        return text[:1500]

    def _mutated(self, text: str) -> str:
        pick = self._random
        at = pick.randint(0, len(text))
        match pick.randrange(5):
            case 0:
                return text[:at] + text[at + pick.randint(1, 3) :]
            case 1 | 2:
                return text[:at] + pick.choice(_CHARACTERS) + text[at:]
            case 3:
                return text[:at] + pick.choice(_CHARACTERS) + text[at + 1 :]
            case _:
                end = at + pick.randint(1, 12)
                to = pick.randint(0, len(text))
                return text[:to] + text[at:end] + text[to:]

    def _one(self, *options: Callable[[], str]) -> str:
        self._left -= 1
        return options[0]() if self._left < 0 else self._random.choice(options)()

    def _many(self, make: Callable[[], str], joint: str, most: int = 3) -> str:
        return joint.join(make() for _ in range(self._random.randint(1, most)))

    def _script(self) -> str:
        joints = ("\n", "; ", " && ", " || ", " & ", "\n", " | ")
        out = self._command()
        for _ in range(self._random.randint(0, 3)):
            out += self._random.choice(joints) + self._command()
        return out

    def _command(self) -> str:
        return self._one(
            self._simple, self._simple, self._simple, self._pipe, self._if, self._for, self._while, self._case,
            self._group, self._function, self._conditional, self._arithmetic, self._here, self._assign, self._eval,
            self._odd,
        )  # fmt: skip

    def _simple(self) -> str:
        pick = self._random
        parts = [pick.choice(_NAMES)] + [self._word() for _ in range(pick.randint(0, 3))]
        if pick.random() < 0.25:
            parts.insert(pick.randint(0, len(parts)), self._redirect())
        if pick.random() < 0.15:
            parts.insert(0, f"{pick.choice(_VARIABLES)}={self._word()}")
        if pick.random() < 0.08:
            parts.insert(0, pick.choice(("command", "exec", "builtin", "$x", '"$y"', "!", "time", "\\\n")))
        return " ".join(parts)

    def _redirect(self) -> str:
        return self._random.choice((">f", "2>&1", ">>f", "<f1", "&>f", ">|f", "3<&0", ">&2", "<<<a", f"<<<{self._word()}",
                                    "2>/dev/null", "< <(E3 r)", "> >(E3 w)", ">&-", "{v}>f"))  # fmt: skip

    def _word(self) -> str:
        return self._one(
            lambda: self._random.choice(
                ("a", "b", "-n", "--x=y", "f1", "a.b", "1", "#", "a#b", "if", "}", "{", "!", "é")
            ),
            lambda: "'" + self._random.choice(("a b", "$(E4)", "`E4`", "#", "\\", '"', ";", "x\ny", "")) + "'",
            lambda: '"' + self._inside() + '"',
            lambda: "$'" + self._random.choice(("a", "\\'", "\\n", "\\x41", "\\\\", "\\0z", "é", "\\cA")) + "'",
            lambda: "\\" + self._random.choice(tuple("a #;|&$`\"'(){}*\n~")),
            self._expansion,
            self._substitution,
            lambda: self._random.choice(
                ("*", "f?", "[ab]", "{a,b}", "{1..3}", "~", "~/x", "x{a,{b,c}}y", "{a", "a,b}", "{}")
            ),
            lambda: self._word() + self._word(),
            lambda: '$"' + self._inside() + '"',
            lambda: "<(" + self._script() + ")",
        )

    def _inside(self) -> str:
        return "".join(
            self._random.choice(
                (lambda: "a b", lambda: "'", lambda: '\\"', lambda: "\\$", lambda: "#", self._expansion,
                 self._substitution, lambda: "\\\n", lambda: "$", lambda: "*", lambda: "\\a", lambda: ")")
            )()
            for _ in range(self._random.randint(0, 3))
        )  # fmt: skip

    def _expansion(self) -> str:
        name = self._random.choice((*_VARIABLES, "1", "@", "#", "?"))
        operators = (":-", "-", ":=", "+", ":+", "#", "##", "%", "%%", "/", "//", "^", ",,", ":", "?")
        return self._one(
            lambda: "$" + name,
            lambda: "${" + name + "}",
            lambda: "${" + name + self._random.choice(operators) + self._word() + "}",
            lambda: "${#" + name + "}",
            lambda: "${" + name + "[" + self._word() + "]}",
            lambda: "${" + name + "/" + self._word() + "/" + self._word() + "}",
            lambda: "${!" + name + "}",
        )

    def _substitution(self) -> str:
        return self._one(
            lambda: "$(E2 s)",
            lambda: "$(" + self._script() + ")",
            lambda: "`" + self._script().replace("\\", "\\\\").replace("`", "\\`") + "`",
            lambda: "`" + self._script() + "`",
            lambda: "$((" + self._expression() + "))",
            lambda: "$(" + self._script() + "\n)",
            lambda: "$((" + self._command() + ") )",
        )

    def _expression(self) -> str:
        return self._one(
            lambda: self._random.choice(("1", "x", "1+2", "x=1", "(1)")),
            lambda: self._expression() + "+" + self._expression(),
            self._substitution,
            self._expansion,
            lambda: "a[" + self._expression() + "]",
            lambda: '"' + self._inside() + '"',
        )

    def _pipe(self) -> str:
        return self._command() + self._random.choice((" | ", " |& ", "|", " |\n")) + self._command()

    def _if(self) -> str:
        return f"if {self._script()}; then {self._script()}; {self._random.choice(('', f'else {self._script()}; '))}fi"

    def _for(self) -> str:
        body = self._script()
        return self._random.choice((f"for x in {self._many(self._word, ' ')}; do {body}; done", f"for x\nin a b\ndo {body}\ndone",
                                    f"for ((x={self._expression()};x<0;)); do {body}; done", f"for x do {body}; done"))  # fmt: skip

    def _while(self) -> str:
        return f"while {self._script()}; do {self._script()}; break; done" + self._random.choice(
            ("", " <f1", " < <(E2 p)", "<<<a")
        )

    def _case(self) -> str:
        pattern = self._many(self._word, "|", 2)
        return f"case {self._word()} in {self._random.choice(('', '('))}{pattern}) {self._script()}{self._random.choice((';;', ';&', ';;&', ''))}\nesac"

    def _group(self) -> str:
        body = self._script()
        return self._random.choice((f"{{ {body}; }}", f"({body})", f"( {body} )", f"(({body}); {self._command()})",
                                    f"{{ {body}\n}} >f", f"coproc {{ {body}; }}"))  # fmt: skip

    def _function(self) -> str:
        return self._random.choice(
            (
                f"f() {{ {self._script()}; }}; f",
                f"function f {{ {self._script()}\n}}\nf a",
                f"f() ({self._script()})\nf",
            )
        )

    def _conditional(self) -> str:
        operator = self._random.choice(("==", "!=", "=~", "<", "-eq", "-nt"))
        return self._random.choice((f"[[ {self._word()} {operator} {self._word()} ]]", f"[[ -n {self._word()} && ! -e {self._word()} ]]",
                                    f"[ {self._word()} = {self._word()} ]", f"[[ ( {self._word()} ) || {self._word()} =~ (a|b)+ ]]"))  # fmt: skip

    def _arithmetic(self) -> str:
        return f"(( {self._expression()} ))"

    def _here(self) -> str:
        delimiter = self._random.choice(("E", "'E'", '"E"', "\\E"))
        operator = self._random.choice(("<<", "<<-", "<< "))
        body = self._random.choice(
            (self._inside(), "$(E4 h)", "`E4 h`", "x", "\tx", "E x", "\\\nE", "${x:-$(E4)}", "'", '"$(E4 q)"')
        )
        tail = self._random.choice(("", " | E3", "; E3 t", " && E3", " a b", " >f"))
        return f"{self._random.choice(_NAMES)} {operator}{delimiter}{tail}\n{body}\n{self._random.choice(('', chr(9)))}E\n{self._command()}"

    def _assign(self) -> str:
        name = self._random.choice(_VARIABLES)
        return self._random.choice((f"{name}={self._word()}", f"{name}=E3; ${name} 1", f"{name}+={self._word()}", f"{name}=({self._many(self._word, ' ')})",
                                    f"{name}[{self._expression()}]={self._word()}", f"export {name}={self._word()}", f"declare {name}={self._word()}",
                                    f"read {name} <<<'E3 q'; ${name}", f"printf -v {name} E3; ${name}", f"unset {name}; ${name} E2", f'"${{{name}[@]}}"'))  # fmt: skip

    def _eval(self) -> str:
        return self._random.choice((f"eval '{self._script()}'".replace("''", "'"), f"eval {self._word()} {self._word()}", f"trap 'E3 {self._random.randint(1, 9)}' EXIT",
                                    f'eval "{self._inside()}"', "builtin eval 'E3 e'", "eval E3 ';' E2", "mapfile -C 'E3 m' -c 1 <<<q"))  # fmt: skip

    def _odd(self) -> str:
        return self._random.choice(("# c", "! E1", "time E1", "! ! E1", ": # E4", "{ E1; }", "true\\\n && E1", "E1 \\\n a", "set -- a b", "shift",
                                    "select x in a; do E1; break; done <<<1", "E1 a \\", "E\\\n1 c", "i\\\nf E1; then E2; fi"))  # fmt: skip
