# Draws figure-validation.svg and figure-validation.pdf from figure-validation.dat: gnuplot figure-validation.gp
set encoding utf8
set datafile missing "NaN"
set border 3 linewidth 0.8
set tics nomirror out scale 0.5
set format "%g"
set grid ytics linewidth 0.5 linecolor rgb "#dddddd"
do for [format in "svg pdf"] {
  if (format eq "svg") {
    set terminal svg noenhanced size 860,720 font "Helvetica,13" background rgb "white"
  } else {
    set terminal pdfcairo noenhanced size 8.6in,7.2in font "Helvetica,9"
  }
  set output "figure-validation.".format
  set multiplot layout 2,2
  set title "MNIST, AE 32"
  set xlabel "training steps of the pre-pass" . "\n " offset 0,0.6
  set ylabel "test accuracy"
  set key bmargin center horizontal Left reverse samplen 2.5
  unset logscale
  set autoscale y
  set offsets 0, 0, graph 0.05, graph 0.03
  set xrange [100.0:4690.0]; set xtics 1000
  plot "figure-validation.dat" index 0 using 1:3:4 with filledcurves fillstyle transparent solid 0.18 noborder linecolor rgb "#0072B2" notitle, \
    "figure-validation.dat" index 1 using 1:3:4 with filledcurves fillstyle transparent solid 0.18 noborder linecolor rgb "#D55E00" notitle, \
    "figure-validation.dat" index 0 using 1:2 with lines linewidth 2 linecolor rgb "#0072B2" title "original weights", \
    "figure-validation.dat" index 1 using 1:2 with lines linewidth 2 linecolor rgb "#D55E00" title "reconstructed weights"
  set title "MNIST, AE 32"
  set xlabel "training steps of the pre-pass" . "\n " offset 0,0.6
  set ylabel "test loss (nat)"
  set key bmargin center horizontal Left reverse samplen 2.5
  unset logscale
  set autoscale y
  set offsets 0, 0, graph 0.05, graph 0.03
  set xrange [100.0:4690.0]; set xtics 1000
  plot "figure-validation.dat" index 2 using 1:3:4 with filledcurves fillstyle transparent solid 0.18 noborder linecolor rgb "#0072B2" notitle, \
    "figure-validation.dat" index 3 using 1:3:4 with filledcurves fillstyle transparent solid 0.18 noborder linecolor rgb "#D55E00" notitle, \
    "figure-validation.dat" index 2 using 1:2 with lines linewidth 2 linecolor rgb "#0072B2" title "original weights", \
    "figure-validation.dat" index 3 using 1:2 with lines linewidth 2 linecolor rgb "#D55E00" title "reconstructed weights"
  set title "CIFAR-10, AE 320"
  set xlabel "training steps of the pre-pass" . "\n " offset 0,0.6
  set ylabel "test accuracy"
  set key bmargin center horizontal Left reverse samplen 2.5
  unset logscale
  set autoscale y
  set offsets 0, 0, graph 0.05, graph 0.03
  set xrange [8.0:160.0]; set xtics 50
  plot "figure-validation.dat" index 4 using 1:3:4 with filledcurves fillstyle transparent solid 0.18 noborder linecolor rgb "#0072B2" notitle, \
    "figure-validation.dat" index 5 using 1:3:4 with filledcurves fillstyle transparent solid 0.18 noborder linecolor rgb "#D55E00" notitle, \
    "figure-validation.dat" index 4 using 1:2 with lines linewidth 2 linecolor rgb "#0072B2" title "original weights", \
    "figure-validation.dat" index 5 using 1:2 with lines linewidth 2 linecolor rgb "#D55E00" title "reconstructed weights"
  set title "CIFAR-10, AE 320"
  set xlabel "training steps of the pre-pass" . "\n " offset 0,0.6
  set ylabel "test loss (nat)"
  set key bmargin center horizontal Left reverse samplen 2.5
  unset logscale
  set autoscale y
  set offsets 0, 0, graph 0.05, graph 0.03
  set xrange [8.0:160.0]; set xtics 50
  plot "figure-validation.dat" index 6 using 1:3:4 with filledcurves fillstyle transparent solid 0.18 noborder linecolor rgb "#0072B2" notitle, \
    "figure-validation.dat" index 7 using 1:3:4 with filledcurves fillstyle transparent solid 0.18 noborder linecolor rgb "#D55E00" notitle, \
    "figure-validation.dat" index 6 using 1:2 with lines linewidth 2 linecolor rgb "#0072B2" title "original weights", \
    "figure-validation.dat" index 7 using 1:2 with lines linewidth 2 linecolor rgb "#D55E00" title "reconstructed weights"
  unset multiplot
}
unset output
