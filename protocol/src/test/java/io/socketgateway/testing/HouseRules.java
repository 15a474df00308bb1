package io.socketgateway.testing;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.properties.CanBeAnnotated.Predicates.annotatedWith;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaParameter;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/**
 * The rules that bind every module, each checked by the module's {@code ArchitectureTest}. Every rule holds for an
 * empty module too.
 */
public final class HouseRules {
    private static final String ROOT = "io.socketgateway";
    private static final String CLOCK = ROOT + ".protocol.time.NanoClock";
    private static final String FUZZ_TEST = "com.code_intelligence.jazzer.junit.FuzzTest";
    private static final Pattern VAGUE = Pattern.compile(".+(Manager|Utils?|Helper|Common|Base|Impl)");

    /** Reading the classes takes longer than checking them. */
    private static final Map<Set<Path>, JavaClasses> IMPORTED = new ConcurrentHashMap<>();

    private HouseRules() {}

    /** The compiled main classes of the module that the test class belongs to, without those of other modules. */
    public static JavaClasses mainClasses(Class<?> testOfModule) {
        return imported(testClassesOf(testOfModule).resolveSibling("classes"));
    }

    /** The same, and the module's test classes. */
    public static JavaClasses mainAndTestClasses(Class<?> testOfModule) {
        Path tests = testClassesOf(testOfModule);
        return imported(tests.resolveSibling("classes"), tests);
    }

    private static JavaClasses imported(Path... directories) {
        return IMPORTED.computeIfAbsent(
                Stream.of(directories).filter(Files::isDirectory).collect(Collectors.toUnmodifiableSet()),
                new ClassFileImporter()::importPaths);
    }

    private static Path testClassesOf(Class<?> testOfModule) {
        try {
            return Path.of(testOfModule
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Package arrows: of what is ours, a package imports itself and what stands beside its name; every package has its
     * line.
     *
     * @param mayImport full package names, without wildcards
     */
    public static ArchRule packageArrows(Map<String, Set<String>> mayImport) {
        return classes()
                .that(resideInAPackage(ROOT + ".."))
                .should(new ArchCondition<>("import only what the page of the architecture lets their package import") {
                    @Override
                    public void check(JavaClass ours, ConditionEvents events) {
                        String from = ours.getPackageName();
                        Set<String> allowed = mayImport.get(from);
                        if (allowed == null) {
                            events.add(SimpleConditionEvent.violated(
                                    ours, "package " + from + " has no line in its ArchitectureTest"));
                            return;
                        }
                        for (Dependency dependency : ours.getDirectDependenciesFromSelf()) {
                            String to = dependency
                                    .getTargetClass()
                                    .getBaseComponentType()
                                    .getPackageName();
                            if (isOurs(to) && !to.equals(from) && !allowed.contains(to)) {
                                events.add(SimpleConditionEvent.violated(
                                        ours, from + " must not import " + to + ": " + dependency.getDescription()));
                            }
                        }
                    }
                })
                .allowEmptyShould(true);
    }

    /** Time comes from {@code NanoClock} alone, and nothing sleeps. Holds for tests too. */
    public static ArchRule noClockButNanoClock() {
        return noClasses()
                .that(DescribedPredicate.describe(
                        "are not NanoClock", type -> !type.getName().matches(Pattern.quote(CLOCK) + "(\\$.+)?")))
                .should()
                .accessTargetWhere(DescribedPredicate.describe(
                        "the target sleeps or reads the system's clock", HouseRules::sleepsOrReadsClock))
                .because("tests set the time, and what sleeps is slow or flaky")
                .allowEmptyShould(true);
    }

    private static boolean sleepsOrReadsClock(JavaAccess<?> access) {
        String owner = access.getTargetOwner().getName();
        String name = access.getTarget().getName();
        return switch (name) {
            case "sleep" ->
                access.getTargetOwner().isAssignableTo(Thread.class) || owner.equals("java.util.concurrent.TimeUnit");
            case "nanoTime", "currentTimeMillis" -> owner.equals("java.lang.System");
            case "now" -> owner.startsWith("java.time.");
            default -> owner.equals("java.time.Clock") && (name.startsWith("system") || name.startsWith("tick"));
        };
    }

    /** No class is named for nothing in particular. Holds for tests too. */
    public static ArchRule namesSaySomething() {
        return noClasses()
                .should()
                .haveNameMatching(VAGUE.pattern())
                .because("a name is a role with one meaning")
                .allowEmptyShould(true);
    }

    /** Composition: classes are final and none of ours extends one of ours. */
    public static ArchRule classesAreFinal() {
        return classes()
                .that(DescribedPredicate.describe(
                        "are neither interfaces nor enums nor anonymous",
                        type -> !type.isInterface() && !isOfEnum(type) && !type.isAnonymousClass()))
                .should()
                .haveModifier(JavaModifier.FINAL)
                .andShould(new ArchCondition<>("not extend a class of ours") {
                    @Override
                    public void check(JavaClass ours, ConditionEvents events) {
                        ours.getRawSuperclass()
                                .filter(parent -> isOurs(parent.getPackageName()))
                                .ifPresent(parent -> events.add(SimpleConditionEvent.violated(
                                        ours, ours.getName() + " extends " + parent.getName())));
                    }
                })
                .because("we compose")
                .allowEmptyShould(true);
    }

    private static boolean isOfEnum(JavaClass type) {
        return type.isAssignableTo(Enum.class);
    }

    /** NullAway checks only what is marked. */
    public static ArchRule packagesAreNullMarked() {
        return classes()
                .that(resideInAPackage(ROOT + ".."))
                .should(new ArchCondition<>("live in a package marked @NullMarked") {
                    @Override
                    public void check(JavaClass ours, ConditionEvents events) {
                        if (!ours.getPackage().isAnnotatedWith(NullMarked.class)) {
                            events.add(SimpleConditionEvent.violated(
                                    ours, ours.getPackageName() + " needs a package-info.java with @NullMarked"));
                        }
                    }
                })
                .allowEmptyShould(true);
    }

    /** Surefire runs what ends in {@code Test}; a test elsewhere would be green for ever. */
    public static ArchRule testsAreFound() {
        return methods()
                .that()
                .areMetaAnnotatedWith(Test.class)
                .or()
                .areMetaAnnotatedWith("org.junit.jupiter.api.TestTemplate")
                .or()
                .areMetaAnnotatedWith("org.junit.jupiter.api.TestFactory")
                .should(new ArchCondition<>("stand in an interface or in a class whose name ends in Test") {
                    @Override
                    public void check(JavaMethod method, ConditionEvents events) {
                        JavaClass outermost = method.getOwner();
                        while (outermost.getEnclosingClass().isPresent()) {
                            outermost = outermost.getEnclosingClass().get();
                        }
                        if (!outermost.isInterface()
                                && !outermost.getSimpleName().endsWith("Test")) {
                            events.add(SimpleConditionEvent.violated(method, method.getFullName() + " would not run"));
                        }
                    }
                })
                .allowEmptyShould(true);
    }

    /** Jazzer fuzzes the first target of a JVM and skips the rest unseen; {@code -Pfuzz} starts one JVM for a class. */
    public static ArchRule fuzzTargetsStandAlone() {
        return classes()
                .that()
                .containAnyMethodsThat(annotatedWith(FUZZ_TEST))
                .should()
                .haveSimpleNameEndingWith("FuzzTest")
                .andShould(new ArchCondition<>("have one fuzz target") {
                    @Override
                    public void check(JavaClass ours, ConditionEvents events) {
                        if (ours.getMethods().stream()
                                        .filter(annotatedWith(FUZZ_TEST))
                                        .count()
                                > 1) {
                            events.add(SimpleConditionEvent.violated(ours, ours.getName() + " has more than one"));
                        }
                    }
                })
                .allowEmptyShould(true);
    }

    /** Nothing that callers of the package's public types can see names a type of the given library. */
    public static ArchRule publicFaceWithout(String library, String ofPackage) {
        return classes()
                .that()
                .resideInAPackage(ofPackage)
                .and()
                .arePublic()
                .should(new ArchCondition<>("show no type of " + library) {
                    @Override
                    public void check(JavaClass ours, ConditionEvents events) {
                        Stream.of(
                                        ours.getMembers().stream()
                                                .filter(HouseRules::isVisible)
                                                .flatMap(HouseRules::typesShown),
                                        ours.getSuperclass().stream(),
                                        ours.getInterfaces().stream())
                                .flatMap(types -> types)
                                .flatMap(type -> type.getAllInvolvedRawTypes().stream())
                                .filter(type -> type.getPackageName().startsWith(library))
                                .distinct()
                                .forEach(type -> events.add(SimpleConditionEvent.violated(
                                        ours, ours.getName() + " shows " + type.getName())));
                    }
                })
                .allowEmptyShould(true);
    }

    private static boolean isVisible(JavaMember member) {
        return member.getModifiers().contains(JavaModifier.PUBLIC)
                || member.getModifiers().contains(JavaModifier.PROTECTED);
    }

    private static Stream<JavaType> typesShown(JavaMember member) {
        if (member instanceof JavaField field) {
            return Stream.of(field.getType());
        }
        JavaCodeUnit unit = (JavaCodeUnit) member;
        return Stream.of(
                        Stream.of(unit.getReturnType()),
                        unit.getParameters().stream().map(JavaParameter::getType),
                        unit.getExceptionTypes().stream())
                .flatMap(types -> types);
    }

    private static boolean isOurs(String packageName) {
        return packageName.equals(ROOT) || packageName.startsWith(ROOT + ".");
    }
}
